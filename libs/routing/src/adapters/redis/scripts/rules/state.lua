-- The members of one group's hash, as one script sees and changes them. A draft belongs to the event at hand and is
-- kept or dropped as a whole; what was kept is written once, at the end. Members are JSON (`minute`: MessagePack) and
-- never changed in place.
-- KEYS[1] hash of the group: `bench:<subject>`, `breaker:<place>`, `penalty:<place>`, `buckets:<model>`, `minute`, `day`,
--         `probing` (which members hold leases), `version` (microseconds of its last change)
-- KEYS[2] sorted set of the leases of calls under way, scored by the epoch milliseconds at which each is given up
local MAX_MEMBERS = 1000
local KEEP_MS = 25 * 3600 * 1000
local META = { 'minute', 'day', 'probing', 'version' }

local members, drafts, changed = {}, {}, {}
local counts
local callsChanged = false

-- Redis's own clock, in milliseconds and as a version; tests may state another time.
local function readClock(givenMs)
  local time = redis.call('TIME')
  local version = string.format('%.0f', time[1] * 1000000 + time[2])
  return tonumber(givenMs) or time[1] * 1000 + math.floor(time[2] / 1000), version
end

-- The minute is long, and changes with every call.
local function decode(field, text)
  return (field == 'minute' and cmsgpack.unpack or cjson.decode)(text)
end

local function encode(field, value)
  return (field == 'minute' and cmsgpack.pack or cjson.encode)(value)
end

local function load(fields)
  local values = redis.call('HMGET', KEYS[1], unpack(fields))
  for i = 1, #fields do
    members[fields[i]] = values[i] and decode(fields[i], values[i])
  end
end

-- The member; false: there is none.
local function get(field)
  local value = drafts[field]
  if value == nil then value = members[field] end
  if value == nil then
    load({ field })
    value = members[field]
  end
  return value
end

-- false: without it
local function put(field, value)
  if value ~= get(field) then drafts[field] = value end
end

local function isMeta(field)
  for _, name in ipairs(META) do
    if name == field then return true end
  end
  return false
end

local function kindOf(field)
  return field:match('^%a+:')
end

-- Members of each kind: counted one by one only in a hash that may be full.
local function countMembers()
  local counted = {}
  if redis.call('HLEN', KEYS[1]) + 100 > MAX_MEMBERS then
    for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
      local kind = kindOf(field)
      if kind then counted[kind] = (counted[kind] or 0) + 1 end
    end
  end
  return counted
end

local function isNamedByClient(field)
  return field ~= 'bench:group' and field:sub(1, 17) ~= 'bench:credential\n'
end

-- Keeps the drafts. Of a kind that is full nobody new is remembered, but for members that no client can name.
local function commit()
  for field, value in pairs(drafts) do
    local kind, isNew = kindOf(field), value and not members[field]
    counts = counts or (isNew and kind and countMembers())
    if not (isNew and kind and (counts[kind] or 0) >= MAX_MEMBERS and isNamedByClient(field)) then
      if isNew and kind then counts[kind] = (counts[kind] or 0) + 1 end
      if kind and counts and not value and members[field] then counts[kind] = (counts[kind] or 1) - 1 end
      members[field] = value
      changed[field] = true
    end
  end
  drafts = {}
end

local function noteProbing()
  local probing, differs = {}, false
  for field in pairs(get('probing') or {}) do
    probing[field] = 1
  end
  for field in pairs(changed) do
    local member = members[field]
    if not isMeta(field) and (probing[field] or (member and member.probes)) then
      local holds = member and member.probes and next(member.probes) and 1 or nil
      if probing[field] ~= holds then
        probing[field] = holds
        differs = true
      end
    end
  end
  if differs then
    members['probing'] = next(probing) and probing or false
    changed['probing'] = true
  end
end

-- Writes what was kept.
local function flush(version)
  if next(changed) == nil and not callsChanged then return end
  noteProbing()
  local set, gone = { 'version', version }, {}
  for field in pairs(changed) do
    local value = members[field]
    if value then
      set[#set + 1] = field
      set[#set + 1] = encode(field, value)
    else
      gone[#gone + 1] = field
    end
  end
  redis.call('HSET', KEYS[1], unpack(set))
  if #gone > 0 then redis.call('HDEL', KEYS[1], unpack(gone)) end
  redis.call('PEXPIRE', KEYS[1], KEEP_MS)
  if callsChanged then redis.call('PEXPIRE', KEYS[2], KEEP_MS) end
end

local function with(record, key, value)
  local copy = {}
  for k, v in pairs(record) do
    copy[k] = v
  end
  copy[key] = value
  return copy
end

local function placeKey(place)
  return place.credentialId .. '\n' .. place.model
end
