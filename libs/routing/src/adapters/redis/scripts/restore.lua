-- A replica tells what it remembers of a group: what it learned while Redis was away, or all of it when Redis forgot.
-- Rules: state leases bench strikes breaker bucket minute penalty merge reading
-- KEYS[1] the group's hash   KEYS[2] its calls under way
-- ARGV[1] JSON: benches, breakers, penalties, buckets (by model), calls (its own leases), freed (leases that ended),
--         minute and day (as Redis had them), used and usedToday (what is to be added)
-- ARGV[2] epoch milliseconds, '' for Redis's own clock
-- Returns what read.lua returns.
local nowMs, version = readClock(ARGV[2])
local told = cjson.decode(ARGV[1])
load(META)

for subject, bench in pairs(told.benches) do
  local field = 'bench:' .. subject
  put(field, mergeBench(get(field) or { coolings = {}, probes = {} }, bench, nowMs))
end
for place, breaker in pairs(told.breakers) do
  local field = 'breaker:' .. place
  put(field, mergeBreaker(get(field) or CLOSED, breaker, nowMs))
end
for place, penalty in pairs(told.penalties) do
  local field = 'penalty:' .. place
  local known = get(field)
  if not known or penaltyAt(penalty, nowMs) > penaltyAt(known, nowMs) then put(field, penalty) end
end
for model, buckets in pairs(told.buckets) do
  local field = 'buckets:' .. model
  local merged = get(field) or {}
  for name, bucket in pairs(buckets) do
    merged = with(merged, name, mergeBucket(merged[name], bucket, nowMs))
  end
  put(field, merged)
end
local minute = mergeMinute(get('minute') or {}, told.minute, told.used, nowMs)
if #minute > 0 then put('minute', minute) end
put('day', mergeDay(get('day') or nil, told.day, told.usedToday) or false)
commit()
noteProbing()

for lease, untilMs in pairs(told.calls) do
  redis.call('ZADD', KEYS[2], untilMs, lease)
  callsChanged = true
end
for _, lease in ipairs(told.freed) do
  redis.call('ZREM', KEYS[2], lease)
  for field in pairs(get('probing') or {}) do
    if get(field) then put(field, withoutProbe(get(field), lease)) end
  end
end
commit()
flush(version)
return readAll(nowMs, version)
