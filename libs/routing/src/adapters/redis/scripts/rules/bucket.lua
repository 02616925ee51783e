-- What a provider's own headers said of one bucket, and what was sent since.
local LOW_SHARE = 0.25
local FEW = 20

local function bucketLeft(bucket, nowMs)
  if bucket.refill == 'window' then
    return nowMs >= bucket.resetAtMs and bucket.limit or bucket.remaining - bucket.taken
  end
  local filled = bucket.limit * math.max(0, nowMs - bucket.atMs) / bucket.periodMs
  return math.min(bucket.limit, bucket.remaining - bucket.taken + filled)
end

local function bucketOpensAt(bucket, need, nowMs)
  local missing = math.min(need, bucket.limit) - bucketLeft(bucket, nowMs)
  if missing <= 0 then return nowMs end
  if bucket.refill == 'window' then return bucket.resetAtMs end
  return nowMs + math.max(1, math.ceil(missing * bucket.periodMs / bucket.limit))
end

local function isPlenty(bucket, need, nowMs)
  local left = bucketLeft(bucket, nowMs)
  return left >= FEW * need and left >= LOW_SHARE * bucket.limit
end

-- What was taken in the last seconds, by slots of time: some of it may not have reached the provider yet.
local SENT_SLOT_MS = 200
local SENT_KEPT_MS = 5000

local function lately(sent, nowMs)
  local kept = {}
  for _, slot in ipairs(sent or {}) do
    if slot.atMs > nowMs - SENT_KEPT_MS then kept[#kept + 1] = slot end
  end
  return kept
end

local function withSent(sent, need, nowMs)
  local kept = lately(sent, nowMs)
  local last, atMs = kept[#kept], nowMs - nowMs % SENT_SLOT_MS
  if last and last.atMs >= atMs then
    kept[#kept] = { atMs = last.atMs, need = last.need + need }
  else
    kept[#kept + 1] = { atMs = atMs, need = need }
  end
  return kept
end

local function sentSince(sent, sinceMs)
  local sum = 0
  for _, slot in ipairs(sent) do
    if slot.atMs + SENT_SLOT_MS > sinceMs then sum = sum + slot.need end
  end
  return sum
end

local function takeFromBucket(bucket, need, nowMs)
  local sent = withSent(bucket.sent, need, nowMs)
  if bucket.refill == 'continuous' then
    local reckoned = with(bucket, 'remaining', math.floor(bucketLeft(bucket, nowMs) * 1000 + 0.5) / 1000)
    reckoned.atMs, reckoned.taken, reckoned.sent = math.max(bucket.atMs, nowMs), need, sent
    return reckoned
  end
  local anew = with(bucket, 'sent', sent)
  if nowMs < bucket.resetAtMs then
    anew.taken = bucket.taken + need
    return anew
  end
  anew.remaining, anew.atMs, anew.resetAtMs, anew.taken = bucket.limit, nowMs, nowMs + bucket.periodMs, need
  return anew
end

local function needOf(name, unit, inputTokens, outputTokens)
  if unit == 'requests' then return 1 end
  if name == 'input_tokens' then return inputTokens end
  return name == 'output_tokens' and outputTokens or inputTokens + outputTokens
end

-- All buckets of a model with what was taken, or nil and a refusal.
local function enterBuckets(buckets, inputTokens, outputTokens, nowMs)
  local names, entered, shut = {}, buckets, nil
  for name in pairs(buckets) do
    names[#names + 1] = name
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local bucket = buckets[name]
    if bucket.unit == 'share' then
      if bucket.remaining <= 0 and nowMs < bucket.resetAtMs then
        shut = worse(shut, refusal('provider_' .. name, bucket.resetAtMs))
      end
    else
      local need = needOf(name, bucket.unit, inputTokens, outputTokens)
      local opensMs = bucketOpensAt(bucket, need, nowMs)
      if opensMs > nowMs then
        shut = worse(shut, refusal('provider_' .. name, opensMs))
      elseif not isPlenty(bucket, need, nowMs) then
        entered = with(entered, name, takeFromBucket(bucket, need, nowMs))
      end
    end
  end
  return not shut and entered or nil, shut
end

-- One that says more than is known was written before calls that are under way. One that says less counts, less what
-- was let in since the call that brought it.
local function readBucket(known, note, nowMs, call)
  local isRunning = known and (known.refill ~= 'window' or nowMs < known.resetAtMs)
  if
    isRunning
    and known.limit == note.limit
    and known.refill == note.refill
    and note.remaining >= bucketLeft(known, nowMs)
  then
    return known
  end
  local sent, taken = isRunning and lately(known.sent, nowMs) or {}, 0
  if call then
    local demand = call.demand
    local own = demand and needOf(note.bucket, note.unit, demand.inputTokens, demand.outputTokens) or 0
    taken = math.max(0, sentSince(sent, nowMs - call.ageMs) - own)
  end
  return {
    unit = note.unit,
    limit = note.limit,
    remaining = note.remaining,
    resetAtMs = nowMs + note.waitMs,
    periodMs = note.periodMs,
    refill = note.refill,
    atMs = nowMs,
    taken = taken,
    sent = sent,
  }
end

local function isBucketOver(bucket, nowMs)
  return nowMs >= bucket.resetAtMs and bucketLeft(bucket, nowMs) >= bucket.limit
end
