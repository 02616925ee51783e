-- A replica says that it is alive; others only look.
-- KEYS[1] sorted set of replicas, scored by the epoch milliseconds at which each was last heard of
-- ARGV[1] the replica, empty for who only looks   [2] milliseconds after which silence means that it is gone   [3] a name for a new memory
-- Returns { milliseconds by Redis's clock, replicas that are alive, name of this memory: another one after a loss }.
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local MEMORY = 'memory:'
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(0', nowMs - ARGV[2])
if ARGV[1] ~= '' then redis.call('ZADD', KEYS[1], nowMs, ARGV[1]) end
local memory = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
if memory:sub(1, #MEMORY) ~= MEMORY then
  memory = MEMORY .. ARGV[3]
  redis.call('ZADD', KEYS[1], 0, memory)
end
return { nowMs, redis.call('ZCARD', KEYS[1]) - 1, memory }
