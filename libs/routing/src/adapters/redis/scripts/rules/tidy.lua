-- Drops every member that is no longer in force.
local function tidyMember(field, member, nowMs)
  if field:sub(1, 6) == 'bench:' then return not isBenchOver(member, nowMs) and member end
  if field:sub(1, 8) == 'breaker:' then return not isBreakerFresh(member, nowMs) and member end
  if field:sub(1, 8) == 'penalty:' then return penaltyAt(member, nowMs) > 0 and member end
  local kept, differs = {}, false
  for name, bucket in pairs(member) do
    if isBucketOver(bucket, nowMs) then
      differs = true
    else
      kept[name] = bucket
    end
  end
  if not differs then return member end
  return next(kept) ~= nil and kept
end

local function tidy(nowMs)
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    local field = all[i]
    if not isMeta(field) then
      members[field] = cjson.decode(all[i + 1])
      put(field, tidyMember(field, members[field], nowMs))
    end
  end
  if redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', nowMs) > 0 then callsChanged = true end
  commit()
end
