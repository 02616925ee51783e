-- The group as it is now.
-- Rules: reading
-- KEYS[1] the group's hash   KEYS[2] its calls under way
-- ARGV[1] the version that is known already, or ''
-- Returns { milliseconds by Redis's clock, version ('' when there is no group) } when nothing has changed since,
-- else { milliseconds, version, fields and values of the hash, leases and times of the set }.
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local version = redis.call('HGET', KEYS[1], 'version') or ''
if version == ARGV[1] then return { nowMs, version } end
return readAll(nowMs, version)
