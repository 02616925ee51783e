-- Leases under way by their ids, with the time at which each is given up; and ramps of what has just come back.
local LEASE_MS = 30000
local RECHECK_MS = 250
local RAMP_STEP_MS, RAMP_FIRST, RAMP_STEPS = 250, 2, 8

local function countHeld(leases, nowMs)
  local held = 0
  for _, untilMs in pairs(leases) do
    if untilMs > nowMs then held = held + 1 end
  end
  return held
end

-- With one more; the expired ones are dropped.
local function withLease(leases, lease, nowMs)
  local held = {}
  for id, untilMs in pairs(leases) do
    if untilMs > nowMs then held[id] = untilMs end
  end
  held[lease] = nowMs + LEASE_MS
  return held
end

local function rampStep(ramp, nowMs)
  return math.max(0, math.floor((nowMs - ramp.sinceMs) / RAMP_STEP_MS))
end

local function isRampOver(ramp, nowMs)
  return rampStep(ramp, nowMs) >= RAMP_STEPS
end

local function rampOpensAt(ramp, nowMs)
  local step = rampStep(ramp, nowMs)
  local allowed = RAMP_FIRST * (2 ^ (step + 1) - 1)
  if step >= RAMP_STEPS or ramp.taken < allowed then return nowMs end
  return ramp.sinceMs + (step + 1) * RAMP_STEP_MS
end

-- nil, until: closed. The same member: nothing was taken.
local function takeFromRamp(member, nowMs)
  local ramp = member.ramp
  if not ramp or isRampOver(ramp, nowMs) then return member end
  local opensMs = rampOpensAt(ramp, nowMs)
  if opensMs > nowMs then return nil, opensMs end
  return with(member, 'ramp', { sinceMs = ramp.sinceMs, taken = ramp.taken + 1 })
end

local function withoutProbe(member, lease)
  if not member.probes or not member.probes[lease] then return member end
  return with(member, 'probes', with(member.probes, lease, nil))
end
