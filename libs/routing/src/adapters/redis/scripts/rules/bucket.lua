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

local function takeFromBucket(bucket, need, nowMs)
  if bucket.refill == 'continuous' then
    local reckoned = with(bucket, 'remaining', math.floor(bucketLeft(bucket, nowMs) * 1000 + 0.5) / 1000)
    reckoned.atMs, reckoned.taken = math.max(bucket.atMs, nowMs), need
    return reckoned
  end
  if nowMs < bucket.resetAtMs then return with(bucket, 'taken', bucket.taken + need) end
  local anew = with(bucket, 'remaining', bucket.limit)
  anew.atMs, anew.resetAtMs, anew.taken = nowMs, nowMs + bucket.periodMs, need
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

-- One that says more than is known was written before calls that are under way.
local function readBucket(known, note, nowMs)
  if
    known
    and known.limit == note.limit
    and known.refill == note.refill
    and (known.refill ~= 'window' or nowMs < known.resetAtMs)
    and note.remaining >= bucketLeft(known, nowMs)
  then
    return known
  end
  return {
    unit = note.unit,
    limit = note.limit,
    remaining = note.remaining,
    resetAtMs = nowMs + note.waitMs,
    periodMs = note.periodMs,
    refill = note.refill,
    atMs = nowMs,
    taken = 0,
  }
end

local function isBucketOver(bucket, nowMs)
  return nowMs >= bucket.resetAtMs and bucketLeft(bucket, nowMs) >= bucket.limit
end
