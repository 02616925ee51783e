-- How badly a place has done lately: 0 to 10, one point less every two minutes.
local DECAY_MS = 120000
local PENALTY_CAP = 10

local function stepsSince(penalty, nowMs)
  return math.floor(math.max(0, nowMs - penalty.atMs) / DECAY_MS)
end

local function penaltyAt(penalty, nowMs)
  return math.max(0, penalty.score - stepsSince(penalty, nowMs))
end

local function penalise(penalty, points, nowMs)
  local score = math.max(0, math.min(PENALTY_CAP, penaltyAt(penalty, nowMs) + points))
  local kept = score > 0 and penalty.score > 0
  return { score = score, atMs = kept and penalty.atMs + stepsSince(penalty, nowMs) * DECAY_MS or nowMs }
end
