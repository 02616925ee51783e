-- One call wants in: takes everything that it needs of the group, or nothing.
-- Rules: state leases bench breaker bucket minute advance
-- KEYS[1] the group's hash   KEYS[2] its calls under way
-- ARGV[1] credential id   [2] model   [3] lease   [4] input tokens   [5] output tokens
-- ARGV[6] '1': waits of our own making are no obstacle
-- ARGV[7] rpm   [8] tpm   [9] rpd   [10] tpd   [11] concurrency, each '' when not limited
-- ARGV[12] id of the provider's day, '' when it does not matter   [13] milliseconds that it still lasts
-- ARGV[14] as many calls like this one as may be counted beforehand   [15] epoch milliseconds, '' for Redis's own clock
-- Returns { now, 1, taken (0; 1: of the minute and the day alone; 2), calls counted beforehand }, or { now, 0, reason, until, soft (0 or 1), provenance }; times in this clock.
local nowMs, version = readClock(ARGV[15])
local place = { credentialId = ARGV[1], model = ARGV[2] }
local lease, force = ARGV[3], ARGV[6] == '1'
local inputTokens, outputTokens = tonumber(ARGV[4]), tonumber(ARGV[5])
local tokens = inputTokens + outputTokens
local rpm, tpm, rpd, tpd = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local concurrency = tonumber(ARGV[11])
local dayId = ARGV[12]

local subjects = subjectsOf(place)
local breakerField, bucketsField = 'breaker:' .. placeKey(place), 'buckets:' .. place.model
local fields = { breakerField, bucketsField, 'probing' }
for _, field in ipairs(subjects) do
  fields[#fields + 1] = field
end
if rpm or tpm then fields[#fields + 1] = 'minute' end
if dayId ~= '' then fields[#fields + 1] = 'day' end
load(fields)

-- Everything is asked: a call comes back when the last of all reasons is over.
local shut
local function take(field, entered, closed)
  if entered then
    put(field, entered)
  else
    shut = worse(shut, closed)
  end
end

for _, field in ipairs(subjects) do
  if get(field) then take(field, enterBench(get(field), lease, force, nowMs)) end
end
if get(breakerField) then take(breakerField, enterBreaker(get(breakerField), lease, nowMs)) end
if get(bucketsField) then
  take(bucketsField, enterBuckets(get(bucketsField), inputTokens, outputTokens, nowMs))
end

if rpm or tpm then
  local minute = get('minute') or {}
  local opensMs = minuteOpensAt(minute, rpm, tpm, tokens, nowMs)
  if opensMs > nowMs then
    shut = worse(shut, refusal('provider_minute', opensMs))
  else
    put('minute', countIn(minute, 1, tokens, nowMs, nowMs))
  end
end

if dayId ~= '' and (rpd or tpd) then
  local day = get('day')
  local today = day and day.id == dayId and day or { requests = 0, tokens = 0 }
  if (rpd and today.requests >= rpd) or (tpd and today.tokens > 0 and today.tokens + tokens > tpd) then
    shut = worse(shut, refusal('provider_day', nowMs + tonumber(ARGV[13])))
  else
    put('day', { id = dayId, requests = today.requests + 1, tokens = today.tokens + tokens })
  end
end

if concurrency and redis.call('ZCOUNT', KEYS[2], '(' .. nowMs, '+inf') >= math.max(1, concurrency) then
  shut = worse(shut, refusal('provider_concurrency', nowMs + RECHECK_MS))
end

if shut then return { nowMs, 0, shut[1], shut[2], shut[3], shut[4] } end

if concurrency then
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', nowMs)
  redis.call('ZADD', KEYS[2], nowMs + LEASE_MS, lease)
  callsChanged = true
end

local minuteNow = (rpm or tpm) and minuteUse(get('minute'), nowMs)
local today = dayId ~= '' and (rpd or tpd) and get('day')
local ahead = (minuteNow or today) and not concurrency and tonumber(ARGV[14]) or 0
ahead = math.max(0, advanceOf(advanceOf(ahead, minuteNow, rpm, tpm, tokens), today, rpd, tpd, tokens))
if ahead > 0 and minuteNow then
  -- Counted where the last of them may come: none leaves the minute before it has been in it for one.
  put('minute', countIn(get('minute'), ahead, ahead * tokens, nowMs + ADVANCE_MS, nowMs))
end
if ahead > 0 and today then
  put('day', { id = dayId, requests = today.requests + ahead, tokens = today.tokens + ahead * tokens })
end
commit()
local taken = callsChanged and 2 or 0
for field in pairs(changed) do
  taken = math.max(taken, (field == 'minute' or field == 'day') and 1 or 2)
end
flush(version)
return { nowMs, 1, taken, ahead }
