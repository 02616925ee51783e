-- What failures and successes do to those who sit out.
local LADDER_MS = { 5000, 30000, 120000, 600000, 3600000 }
local UNREADABLE_CAP_MS = 120000
local LONG_WINDOW_MS = 600000
local FIXED_MS = { credit = 3600000, auth = 600000, target_gone = 3600000 }
local MAX_STRIKES = 8
local RIGHT_AFTER_MS = 5000

-- Whom a failure keeps out; nil: nobody.
local function subjectOf(note, place)
  local class, ofModel = note.class, note.scope == 'model'
  if class == 'rate_minute' or class == 'rate_long' then
    return note.scope == 'group' and 'bench:group' or 'bench:model\n' .. place.model
  elseif class == 'credit' then
    return ofModel and 'bench:model\n' .. place.model or 'bench:group'
  elseif class == 'auth' then
    if note.scope == 'group' then return 'bench:group' end
    return ofModel and 'bench:place\n' .. placeKey(place) or 'bench:credential\n' .. place.credentialId
  elseif class == 'target_gone' then
    return 'bench:model\n' .. place.model
  end
  return nil
end

local function cooldownLength(note, strikes, rightAfter)
  if note.waitMs then
    return note.class == 'rate_minute' and rightAfter and 2 * note.waitMs or note.waitMs
  end
  local rung = LADDER_MS[math.min(strikes, #LADDER_MS)]
  if note.class == 'rate_minute' then return note.readable and rung or math.min(rung, UNREADABLE_CAP_MS) end
  if note.class == 'rate_long' then return math.max(LONG_WINDOW_MS, rung) end
  return FIXED_MS[note.class] or 0
end

-- A strike counts only when the previous wait was served, by its probe; a running wait is never shortened, and made
-- longer only by one that was stated.
local function strikeBench(bench, note, lease, nowMs)
  local previous = bench.coolings[note.class]
  local strikes = {}
  for _, ms in ipairs(previous and previous.strikesMs or {}) do
    if ms > nowMs - STRIKE_WINDOW_MS then strikes[#strikes + 1] = ms end
  end
  local isRunning = previous and nowMs < previous.untilMs
  local isServed = not isRunning and lease and bench.probes[lease] ~= nil
  if not previous or isServed then strikes[#strikes + 1] = nowMs end
  while #strikes > MAX_STRIKES do
    table.remove(strikes, 1)
  end
  local rightAfter = isServed
    and previous
    and previous.provenance == 'authoritative'
    and nowMs - previous.untilMs <= math.max(RIGHT_AFTER_MS, previous.untilMs - previous.startedMs)
  local untilMs = nowMs + cooldownLength(note, math.max(1, #strikes), rightAfter)
  local cooling = { provenance = note.provenance, untilMs = untilMs, startedMs = nowMs, strikesMs = strikes }
  if isRunning and (not note.waitMs or previous.untilMs >= untilMs) then
    cooling = with(previous, 'strikesMs', strikes)
  end
  return { coolings = with(bench.coolings, note.class, cooling), probes = bench.probes }
end

-- After a success of a call that began at `startedMs`. Stated waits are kept to their end.
local function clearBench(bench, startedMs, lease, nowMs)
  local kept = {}
  for class, cooling in pairs(bench.coolings) do
    if
      cooling.startedMs > startedMs
      or (cooling.provenance == 'authoritative' and cooling.untilMs > nowMs)
    then
      kept[class] = cooling
    end
  end
  local released = lease and withoutProbe(bench, lease) or bench
  if next(kept) ~= nil then return with(released, 'coolings', kept) end
  if next(bench.coolings) == nil then return released end
  return { coolings = {}, probes = {}, ramp = { sinceMs = nowMs, taken = 0 } }
end
