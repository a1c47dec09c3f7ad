# A runtime before the application, a booked evening, and the more urgent patch first.
now 2026-11-20T08:00:00Z until 2027-02-01T00:00:00Z zone Europe/Berlin
rules pilots 1 wave 10 soak 1440 margin 0
window Evening maintenance control 2026-11-20T18:00:00 for 240 rule FREQ=DAILY people 2 steps 3
booked Evening 2026-11-20T17:00:00Z 2026-11-20T19:00:00Z people 2
asset HMI-1 zone control matters minor
asset HMI-2 zone control matters minor
asset SCADA-1 zone control matters major
work 1 RUNTIME-8 on SCADA-1 weight 5 takes 45 undo 30 proven
work 2 APP-12 on SCADA-1 weight 90 takes 60 undo 45 needs 1 proven
work 3 APP-12 on HMI-1 weight 30 takes 30 undo 30 proven
work 4 APP-12 on HMI-2 weight 60 takes 30 undo 30 people 2 proven
---
Rollout wave 1 of APP-12: the first failure stops everything
    1. HMI-2  Fri 2026-11-20 20:00 CET, done by 20:30, last safe start 21:00  (Evening; 30 min as somebody estimated, undo 30 min; back to the old version by itself)
    2. HMI-1  Fri 2026-11-20 21:00 CET, done by 21:30, last safe start 21:00  (Evening; 30 min as somebody estimated, undo 30 min; back to the old version by itself)
Rollout wave 1 of RUNTIME-8: the first failure stops everything
    3. SCADA-1  Sat 2026-11-21 18:00 CET, done by 18:45, last safe start 20:45  (Evening; 45 min as somebody estimated, undo 30 min; back to the old version by itself)
HOLD until the engineer sees: wave 1 of APP-12 is done, verified on every asset, and has run 1440 minutes without a fault
Rollout wave 2 of APP-12: the first failure stops everything
    4. SCADA-1  Sun 2026-11-22 18:00 CET, done by 19:00, last safe start 20:15  (Evening; 60 min as somebody estimated, undo 45 min; back to the old version by itself)
Exposure left: 6454 hours over 4 steps, each hour counted by how pressing the work is; no plan can be below 4009 (61.0 % above it).
Nothing waits.
