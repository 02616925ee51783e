-- Calls that are counted before they come: used up, or given back, within this time.
local ADVANCE_MS = 250
-- Nobody takes more than this part of what is left.
local MOST_OF_LEFT = 1 / 8

local function partOfLeft(limit, used, each)
  return (not limit or each == 0) and math.huge or math.floor((limit - used) * MOST_OF_LEFT / each)
end

-- How many more calls of so many tokens fit, `ahead` at most. `use`: requests and tokens, nil where neither is limited.
local function advanceOf(ahead, use, requestLimit, tokenLimit, tokens)
  if not use then return ahead end
  return math.min(
    ahead,
    partOfLeft(requestLimit, use.requests, 1),
    partOfLeft(tokenLimit, use.tokens, tokens)
  )
end
