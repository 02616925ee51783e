-- Two memories of the same, put together so that nobody is sent there earlier than either says.

-- Of both the later time of each lease that is still held.
local function mergeLeases(known, told, nowMs)
  local merged = known
  for lease, untilMs in pairs(told) do
    if untilMs > nowMs and untilMs > (merged[lease] or 0) then merged = with(merged, lease, untilMs) end
  end
  return merged
end

-- Strikes so close to each other are one that both heard of.
local SAME_STRIKE_MS = 1000

local function mergeStrikes(known, told)
  local all, strikes = {}, {}
  for _, list in ipairs({ known, told }) do
    for _, ms in ipairs(list) do
      all[#all + 1] = ms
    end
  end
  table.sort(all)
  for _, ms in ipairs(all) do
    if #strikes == 0 or ms - strikes[#strikes] >= SAME_STRIKE_MS then strikes[#strikes + 1] = ms end
  end
  while #strikes > MAX_STRIKES do
    table.remove(strikes, 1)
  end
  return strikes
end

local function mergeRamp(known, told)
  if not known or not told then return known or told end
  return { sinceMs = math.max(known.sinceMs, told.sinceMs), taken = math.max(known.taken, told.taken) }
end

local function mergeBench(known, told, nowMs)
  local coolings = known.coolings
  for class, cooling in pairs(told.coolings) do
    local own = coolings[class]
    local later = own and own.untilMs >= cooling.untilMs and own or cooling
    local strikes = mergeStrikes(own and own.strikesMs or {}, cooling.strikesMs)
    coolings = with(coolings, class, with(later, 'strikesMs', strikes))
  end
  local merged = { coolings = coolings, probes = mergeLeases(known.probes, told.probes, nowMs) }
  -- One that sits out comes back by its probe alone.
  if next(coolings) == nil then merged.ramp = mergeRamp(known.ramp, told.ramp) end
  return merged
end

local function mergeSlots(known, told)
  local bySecond, slots = {}, {}
  for _, list in ipairs({ known, told }) do
    for _, slot in ipairs(list) do
      local own = bySecond[slot.startMs] or { calls = 0, failures = 0 }
      bySecond[slot.startMs] = {
        startMs = slot.startMs,
        calls = math.max(own.calls, slot.calls),
        failures = math.max(own.failures, slot.failures),
      }
    end
  end
  for _, slot in pairs(bySecond) do
    slots[#slots + 1] = slot
  end
  table.sort(slots, function(a, b) return a.startMs < b.startMs end)
  return slots
end

-- The one that lets fewer calls through.
local function mergeBucket(known, told, nowMs)
  if not known then return told end
  local knownLeft, toldLeft = bucketLeft(known, nowMs), bucketLeft(told, nowMs)
  local isLess = toldLeft < knownLeft or (toldLeft == knownLeft and told.resetAtMs > known.resetAtMs)
  return isLess and told or known
end

local SEVERITY = { closed = 0, ['half-open'] = 1, open = 2 }

local function mergeBreaker(knownThen, toldThen, nowMs)
  local known, told = breakerAt(knownThen, nowMs), breakerAt(toldThen, nowMs)
  if SEVERITY[known.phase] > SEVERITY[told.phase] then return known end
  if SEVERITY[told.phase] > SEVERITY[known.phase] then return told end
  if known.phase == 'closed' then
    return {
      phase = 'closed',
      buckets = mergeSlots(known.buckets, told.buckets),
      failuresInARow = math.max(known.failuresInARow, told.failuresInARow),
      ramp = mergeRamp(known.ramp, told.ramp),
    }
  end
  local opens = math.max(known.opens, told.opens)
  if known.phase == 'open' then
    return { phase = 'open', untilMs = math.max(known.untilMs, told.untilMs), opens = opens }
  end
  return {
    phase = 'half-open',
    probes = mergeLeases(known.probes, told.probes, nowMs),
    successes = math.min(known.successes, told.successes),
    opens = opens,
    untilMs = math.max(known.untilMs, told.untilMs),
  }
end

-- Of each second the larger count; what was used without anybody's knowledge is added.
local function mergeMinute(known, shared, used, nowMs)
  local bySecond, seconds = {}, {}
  for index, list in ipairs({ known, shared, used }) do
    for i = 1, #list, 3 do
      local own = bySecond[list[i]]
      if not own then
        own = { 0, 0 }
        bySecond[list[i]] = own
        seconds[#seconds + 1] = list[i]
      end
      for j = 1, 2 do
        local count = list[i + j]
        own[j] = index == 3 and math.max(0, own[j] + count) or math.max(own[j], count)
      end
    end
  end
  table.sort(seconds)
  local merged = {}
  for _, second in ipairs(seconds) do
    merged[#merged + 1] = second
    merged[#merged + 1] = bySecond[second][1]
    merged[#merged + 1] = bySecond[second][2]
  end
  return recentSlots(merged, nowMs)
end

-- The later day counts; of the same day the larger count, and what was used is added.
local function mergeDay(known, shared, used)
  local day = known
  if shared and (not day or shared.id > day.id) then
    day = shared
  elseif shared and shared.id == day.id then
    day = {
      id = day.id,
      requests = math.max(day.requests, shared.requests),
      tokens = math.max(day.tokens, shared.tokens),
    }
  end
  if not used or (day and day.id > used.id) then return day end
  local since = day and day.id == used.id and day or { requests = 0, tokens = 0 }
  return {
    id = used.id,
    requests = math.max(0, since.requests + used.requests),
    tokens = math.max(0, since.tokens + used.tokens),
  }
end
