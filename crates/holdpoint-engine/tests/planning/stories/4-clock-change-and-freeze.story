# The night of the clock change is nine hours long in autumn; the freeze over the holidays wins.
now 2026-10-20T08:00:00Z until 2027-02-01T00:00:00Z zone Europe/Berlin
rules pilots 1 wave 10 soak 1440 margin 0
window Saturday maintenance plant 2026-10-24T22:00:00 for 480 rule FREQ=WEEKLY people 1 steps 1
freeze Holidays everywhere 2026-10-30T00:00:00 for 86400
asset HIST-1 zone plant matters moderate
asset HIST-2 zone plant matters moderate
work 1 OS-2026-10 on HIST-1 weight 10 takes 300 undo 230
work 2 OS-2026-10 on HIST-2 weight 10 takes 200 undo 200
---
Pilot wave 1 of OS-2026-10: the first failure stops everything
    1. HIST-1  Sat 2026-10-24 22:00 CEST, done by Sun 2026-10-25 02:00 CET, last safe start 22:10  (Saturday; 300 min as somebody estimated, undo 230 min; back to the old version by itself)
HOLD until the engineer sees: wave 1 of OS-2026-10 is done, verified on every asset, and has run 1440 minutes without a fault
Rollout wave 2 of OS-2026-10: the first failure stops everything
    2. HIST-2  Sat 2027-01-02 22:00 CET, done by Sun 2027-01-03 01:20 CET, last safe start 23:20  (Saturday; 200 min as somebody estimated, undo 200 min; back to the old version by itself)
Exposure left: 19053 hours over 2 steps, each hour counted by how pressing the work is; no plan can be below that.
Nothing waits.
