-- What became of calls of a group, in the order in which it was heard.
-- Rules: state leases bench strikes breaker bucket minute penalty tidy
-- KEYS[1] the group's hash   KEYS[2] its calls under way
-- ARGV[1] the events, a JSON list   [2] '1': first drop everything that is no longer in force
-- ARGV[3] epoch milliseconds, '' for Redis's own clock
-- Returns the time by this clock, in milliseconds.
local nowMs, version = readClock(ARGV[3])
local POINTS = {
  rate_minute = 3, rate_long = 3, credit = 3, overload = 1, server = 1, auth = 1, target_gone = 1,
}
local on = {}

function on.failed(event)
  local place, note, lease = event.place, event.note, event.lease
  local subject = subjectOf(note, place)
  if subject then
    put(subject, strikeBench(get(subject) or { coolings = {}, probes = {} }, note, lease, nowMs))
  end
  if lease then
    for _, field in ipairs(subjectsOf(place)) do
      if get(field) then put(field, withoutProbe(get(field), lease)) end
    end
  end
  local key = placeKey(place)
  local breaker = get('breaker:' .. key)
  if note.class == 'server' or note.class == 'overload' then
    put('breaker:' .. key, afterBreakerFailure(breaker or CLOSED, lease, nowMs, event.draw))
  elseif breaker and lease then
    put('breaker:' .. key, withoutProbe(breaker, lease))
  end
  local points = POINTS[note.class]
  if points then
    put('penalty:' .. key, penalise(get('penalty:' .. key) or { score = 0, atMs = 0 }, points, nowMs))
  end
end

function on.proved(event)
  local startedMs = nowMs - event.ageMs
  for _, field in ipairs(subjectsOf(event.place)) do
    local bench = get(field)
    if bench then
      local cleared = clearBench(bench, startedMs, event.lease, nowMs)
      put(field, not isBenchOver(cleared, nowMs) and cleared)
    end
  end
  local field = 'breaker:' .. placeKey(event.place)
  local breaker = get(field)
  if breaker and breaker.phase ~= 'closed' then
    put(field, afterBreakerSuccess(breaker, event.lease, 1, nowMs))
  end
end

function on.succeeded(event)
  local key = placeKey(event.place)
  local breaker = afterBreakerSuccess(get('breaker:' .. key) or CLOSED, nil, event.calls, nowMs)
  put('breaker:' .. key, not isBreakerFresh(breaker, nowMs) and breaker)
  local penalty = get('penalty:' .. key)
  if penalty then
    local better = penalise(penalty, -event.calls, nowMs)
    put('penalty:' .. key, penaltyAt(better, nowMs) > 0 and better)
  end
end

function on.settled(event)
  local minute, day = get('minute'), get('day')
  if event.tokens ~= 0 or event.requests ~= 0 then
    if minute and #minute > 0 then
      put('minute', countIn(minute, -event.requests, event.tokens, event.countedAtMs or nowMs - event.ageMs, nowMs))
    end
    if day and day.id == event.day then
      put('day', {
        id = day.id,
        requests = math.max(0, day.requests - event.requests),
        tokens = math.max(0, day.tokens + event.tokens),
      })
    end
  end
  local spare = event.spare
  local field = spare and 'buckets:' .. spare.model
  local buckets = spare and get(field)
  if buckets then
    for name, bucket in pairs(buckets) do
      local back = 0
      if bucket.unit == 'requests' then
        back = event.requests
      elseif bucket.unit ~= 'share' then
        back = needOf(name, bucket.unit, spare.inputTokens, spare.outputTokens)
      end
      if back ~= 0 then
        buckets = with(buckets, name, with(bucket, 'remaining', math.min(bucket.limit, bucket.remaining + back)))
      end
    end
    put(field, buckets)
  end
  if redis.call('ZREM', KEYS[2], event.lease) == 1 then callsChanged = true end
  for field in pairs(get('probing') or {}) do
    if get(field) then put(field, withoutProbe(get(field), event.lease)) end
  end
end

function on.read(event)
  local field = 'buckets:' .. event.model
  local buckets = get(field) or {}
  for _, note in ipairs(event.buckets) do
    local known = buckets[note.bucket]
    local bucket = readBucket(known, note, nowMs, event.call)
    if bucket ~= known then buckets = with(buckets, note.bucket, bucket) end
  end
  if next(buckets) ~= nil then put(field, buckets) end
end

function on.held(event)
  local untilMs = nowMs + LEASE_MS
  for _, lease in ipairs(event.leases) do
    if redis.call('ZADD', KEYS[2], 'XX', 'CH', untilMs, lease) == 1 then callsChanged = true end
    for field in pairs(get('probing') or {}) do
      local member = get(field)
      if member and member.probes and member.probes[lease] then
        put(field, with(member, 'probes', with(member.probes, lease, untilMs)))
      end
    end
  end
end

load(META)
if ARGV[2] == '1' then tidy(nowMs) end
for _, event in ipairs(cjson.decode(ARGV[1])) do
  on[event.kind](event)
  commit()
  noteProbing()
end
flush(version)
return nowMs
