-- Who sits out and how it comes back: waits by class, one probe, then a ramp. Refusals are
-- { reason, untilMs, soft (0 or 1), provenance }.
local STRIKE_WINDOW_MS = 24 * 3600 * 1000
local COOLING_CLASSES = { 'rate_minute', 'rate_long', 'credit', 'auth', 'target_gone' }

local function refusal(reason, untilMs)
  return { reason, untilMs, 0, 'heuristic' }
end

-- Of two reasons the one that ends last, and of two that end together the first; soft only if both are.
local function worse(a, b)
  if not a then return b end
  local last = b[2] > a[2] and b or a
  return { last[1], last[2], math.min(a[3], b[3]), last[4] }
end

local function subjectsOf(place)
  return {
    'bench:group',
    'bench:model\n' .. place.model,
    'bench:credential\n' .. place.credentialId,
    'bench:place\n' .. placeKey(place),
  }
end

local function isSoft(class, cooling)
  return cooling.provenance == 'heuristic' and (class == 'rate_minute' or class == 'rate_long')
end

-- The wait that ends last; soft when all of them are.
local function coolingOf(bench, nowMs)
  local closed, soft = nil, 1
  for _, class in ipairs(COOLING_CLASSES) do
    local cooling = bench.coolings[class]
    if cooling and cooling.untilMs > nowMs then
      if not isSoft(class, cooling) then soft = 0 end
      if not closed or cooling.untilMs > closed[2] then
        closed = { 'cooling_' .. class, cooling.untilMs, soft, cooling.provenance }
      end
    end
  end
  if closed then closed[3] = soft end
  return closed
end

local function isBenchOver(bench, nowMs)
  if bench.ramp and not isRampOver(bench.ramp, nowMs) then return false end
  for _, cooling in pairs(bench.coolings) do
    local last = cooling.strikesMs[#cooling.strikesMs] or 0
    if cooling.untilMs > nowMs or last > nowMs - STRIKE_WINDOW_MS then return false end
  end
  return true
end

-- The bench with what was taken, or nil and a refusal.
local function enterBench(bench, lease, force, nowMs)
  local closed = coolingOf(bench, nowMs)
  if closed then
    if force and closed[3] == 1 then return bench end
    return nil, closed
  end
  if next(bench.coolings) ~= nil then
    if countHeld(bench.probes, nowMs) > 0 then return nil, refusal('recovering', nowMs + RECHECK_MS) end
    return with(bench, 'probes', { [lease] = nowMs + LEASE_MS })
  end
  local entered, opensMs = takeFromRamp(bench, nowMs)
  if not entered then return nil, refusal('recovering', opensMs) end
  return entered
end
