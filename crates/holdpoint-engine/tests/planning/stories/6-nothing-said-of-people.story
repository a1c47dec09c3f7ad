# Nobody has said how many people there are: the plan says that it counts on enough.
now 2026-11-20T08:00:00Z until 2026-12-20T00:00:00Z zone Europe/London
rules soak 60 margin 0
window Weekend outage tank 2026-11-28T06:00:00 for 600
asset RTU-1 zone tank
asset RTU-2 zone tank matters none
work 1 FW-7 on RTU-1 takes 60 undo 30 back-to V6.9
work 2 FW-7 on RTU-2 takes 60 undo 30 back-to V6.9
---
Pilot wave 1 of FW-7: the first failure stops everything
    1. RTU-2  Sat 2026-11-28 06:00 GMT, done by 07:00, last safe start 14:30  (Weekend; 60 min as somebody estimated, undo 30 min; back to V6.9 by itself)
HOLD until the engineer sees: wave 1 of FW-7 is done, verified on every asset, and has run 60 minutes without a fault
Rollout wave 2 of FW-7: the first failure stops everything
    2. RTU-1  Sat 2026-11-28 08:00 GMT, done by 09:00, last safe start 14:30  (Weekend; 60 min as somebody estimated, undo 30 min; back to V6.9 by itself)
Exposure left: 384 hours over 2 steps, each hour counted by how pressing the work is; no plan can be below that.
Nothing waits.
Nobody has said how many people Weekend has; the plan counts on enough.
Nobody has said how many steps may run at once in Weekend; the plan lets any number.
