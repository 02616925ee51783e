-- Breaker of one place: closed, open, or half-open under at most three leases.
local BREAKER_WINDOW_MS = 30000
local BREAKER_SLOT_MS = 5000
local LEAST_CALLS, FAILURE_SHARE, FAILURES_IN_A_ROW = 20, 0.5, 5
local FORGET_MS = 3600000
local OPEN_MS, LONGEST_OPEN_MS, JITTER = 10000, 300000, 0.2
local BREAKER_PROBES, SUCCESSES_TO_CLOSE = 3, 3
local CLOSED = { phase = 'closed', buckets = {}, failuresInARow = 0 }

-- An open one whose time is over is half-open.
local function breakerAt(breaker, nowMs)
  if breaker.phase ~= 'open' or nowMs < breaker.untilMs then return breaker end
  return { phase = 'half-open', probes = {}, successes = 0, opens = breaker.opens, untilMs = breaker.untilMs }
end

local function isOlderThan(slots, ms, nowMs)
  for _, slot in ipairs(slots) do
    if slot.startMs > nowMs - ms then return false end
  end
  return true
end

local function isBreakerFresh(breaker, nowMs)
  if breaker.phase ~= 'closed' then
    return nowMs >= breaker.untilMs + FORGET_MS
      and (breaker.phase == 'open' or countHeld(breaker.probes, nowMs) == 0)
  end
  if breaker.ramp and not isRampOver(breaker.ramp, nowMs) then return false end
  return isOlderThan(breaker.buckets, breaker.failuresInARow == 0 and BREAKER_WINDOW_MS or FORGET_MS, nowMs)
end

-- The breaker with what was taken, or nil and a refusal.
local function enterBreaker(breaker, lease, nowMs)
  local at = breakerAt(breaker, nowMs)
  if at.phase == 'open' then return nil, refusal('breaker_open', at.untilMs) end
  if at.phase == 'half-open' then
    if countHeld(at.probes, nowMs) >= BREAKER_PROBES then
      return nil, refusal('breaker_open', nowMs + RECHECK_MS)
    end
    return with(at, 'probes', withLease(at.probes, lease, nowMs))
  end
  local entered, opensMs = takeFromRamp(at, nowMs)
  if not entered then return nil, refusal('recovering', opensMs) end
  return entered
end

local function opened(opens, nowMs, draw)
  local plainMs = math.min(LONGEST_OPEN_MS, OPEN_MS * 2 ^ opens)
  local spread = 1 + JITTER * (2 * draw - 1)
  return { phase = 'open', untilMs = nowMs + math.floor(plainMs * spread + 0.5), opens = opens + 1 }
end

local function counted(slots, calls, failures, nowMs)
  local startMs = math.floor(nowMs / BREAKER_SLOT_MS) * BREAKER_SLOT_MS
  local recent = {}
  for _, slot in ipairs(slots) do
    if slot.startMs > nowMs - BREAKER_WINDOW_MS then recent[#recent + 1] = slot end
  end
  local last = recent[#recent]
  local own = last and last.startMs == startMs and table.remove(recent) or { calls = 0, failures = 0 }
  recent[#recent + 1] = { startMs = startMs, calls = own.calls + calls, failures = own.failures + failures }
  return recent
end

local function isTripped(slots, failuresInARow)
  if failuresInARow >= FAILURES_IN_A_ROW then return true end
  local calls, failures = 0, 0
  for _, slot in ipairs(slots) do
    calls, failures = calls + slot.calls, failures + slot.failures
  end
  return calls >= LEAST_CALLS and failures / calls >= FAILURE_SHARE
end

-- Only failures of probes count half-open.
local function afterBreakerFailure(breaker, lease, nowMs, draw)
  local at = breakerAt(breaker, nowMs)
  if at.phase == 'open' then return at end
  if at.phase == 'half-open' then
    return lease and at.probes[lease] and opened(at.opens, nowMs, draw) or at
  end
  local failuresInARow = isOlderThan(at.buckets, FORGET_MS, nowMs) and 1 or at.failuresInARow + 1
  local slots = counted(at.buckets, 1, 1, nowMs)
  if isTripped(slots, failuresInARow) then return opened(0, nowMs, draw) end
  return { phase = 'closed', buckets = slots, failuresInARow = failuresInARow, ramp = at.ramp }
end

-- Three probes that succeed close it; then calls come back step by step.
local function afterBreakerSuccess(breaker, lease, successes, nowMs)
  local at = breakerAt(breaker, nowMs)
  if at.phase == 'open' then return at end
  if at.phase == 'half-open' then
    if not lease or not at.probes[lease] then return at end
    local proved = at.successes + 1
    if proved >= SUCCESSES_TO_CLOSE then
      return { phase = 'closed', buckets = {}, failuresInARow = 0, ramp = { sinceMs = nowMs, taken = 0 } }
    end
    return with(withoutProbe(at, lease), 'successes', proved)
  end
  return { phase = 'closed', buckets = counted(at.buckets, successes, 0, nowMs), failuresInARow = 0, ramp = at.ramp }
end
