-- The whole group as an answer: fields and values of the hash, all of them JSON; leases and times of the set.
local function readAll(nowMs, version)
  local fields = redis.call('HGETALL', KEYS[1])
  for i = 1, #fields, 2 do
    if fields[i] == 'minute' then fields[i + 1] = cjson.encode(cmsgpack.unpack(fields[i + 1])) end
  end
  return { nowMs, version, fields, redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES') }
end
