-- The sliding minute: a flat list of second, requests, tokens, second, ... with the oldest second first.
local SECONDS = 61

local function recentSlots(slots, nowMs)
  local oldest = math.floor(nowMs / 1000) - SECONDS
  local first = 1
  while slots[first] and slots[first] <= oldest do
    first = first + 3
  end
  if first == 1 then return slots end
  local recent = {}
  for i = first, #slots do
    recent[#recent + 1] = slots[i]
  end
  return recent
end

local function countIn(slots, requests, tokens, atMs, nowMs)
  local recent, second = recentSlots(slots, nowMs), math.floor(atMs / 1000)
  local counted, i = {}, 1
  while recent[i] and recent[i] < second do
    counted[i], counted[i + 1], counted[i + 2] = recent[i], recent[i + 1], recent[i + 2]
    i = i + 3
  end
  local isKnown = recent[i] == second
  counted[i] = second
  counted[i + 1] = math.max(0, (isKnown and recent[i + 1] or 0) + requests)
  counted[i + 2] = math.max(0, (isKnown and recent[i + 2] or 0) + tokens)
  for j = isKnown and i + 3 or i, #recent do
    counted[#counted + 1] = recent[j]
  end
  return counted
end

-- What the last minute holds.
local function minuteUse(slots, nowMs)
  local recent = recentSlots(slots, nowMs)
  local use = { requests = 0, tokens = 0 }
  for i = 1, #recent, 3 do
    use.requests, use.tokens = use.requests + recent[i + 1], use.tokens + recent[i + 2]
  end
  return use
end

-- When a call of so many tokens fits; `nowMs`: now.
local function minuteOpensAt(slots, rpm, tpm, tokens, nowMs)
  local recent = recentSlots(slots, nowMs)
  local use = minuteUse(recent, nowMs)
  local usedRequests, usedTokens = use.requests, use.tokens
  local function fits()
    return (not rpm or usedRequests + 1 <= math.max(1, rpm))
      and (not tpm or usedTokens + tokens <= tpm or usedTokens == 0)
  end
  if fits() then return nowMs end
  for i = 1, #recent, 3 do
    usedRequests, usedTokens = usedRequests - recent[i + 1], usedTokens - recent[i + 2]
    if fits() then return (recent[i] + SECONDS) * 1000 end
  end
  return nowMs
end
