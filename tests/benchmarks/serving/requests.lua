-- The requests of a benchmark, in turn: each line of the file that the environment names is the path of one.
-- Where COUNTED is set, a number that is never used twice takes the place of @@ in it.
local paths = {}
for line in io.lines(os.getenv("REQUESTS")) do paths[#paths + 1] = line end
local headers = { Accept = os.getenv("ACCEPT") }
local count = tonumber(os.getenv("COUNTED") or "0")
local turn = 0
request = function()
  turn = turn + 1
  count = count + 1
  local path = string.gsub(paths[(turn - 1) % #paths + 1], "@@", tostring(count))
  return wrk.format("GET", path, headers)
end
