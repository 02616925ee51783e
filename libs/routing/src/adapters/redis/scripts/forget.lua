-- An operator undoes a cooldown or a breaker.
-- Rules: state
-- KEYS[1] the group's hash   KEYS[2] its calls under way
-- ARGV[1] `cooldown` or `breaker`   [2] the subject or the place   [3] the class of the cooldown
-- Returns 1 when there was something to forget, else 0.
local _, version = readClock('')
local field = (ARGV[1] == 'breaker' and 'breaker:' or 'bench:') .. ARGV[2]
local member = get(field)
if not member then return 0 end
if ARGV[1] == 'breaker' then
  put(field, false)
else
  if not member.coolings[ARGV[3]] then return 0 end
  local coolings = with(member.coolings, ARGV[3], nil)
  put(field, next(coolings) ~= nil and with(member, 'coolings', coolings))
end
commit()
flush(version)
return 1
