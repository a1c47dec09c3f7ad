# Three pumps of which one may be missing, and one is out for repair: work goes on that one alone. The fans go one after the other.
# Of the last group nobody has said what it can lose.
now 2026-11-20T08:00:00Z until 2026-12-20T00:00:00Z zone Europe/Berlin
rules pilots 1 wave 10 soak 60 margin 0
window Night maintenance hall 2026-11-21T22:00:00 for 480 rule FREQ=WEEKLY people 9 steps 9
group pumps may-lose 1 out PUMP-3
group fans may-lose 1
group unknown-group
asset PUMP-1 zone hall group pumps matters minor
asset PUMP-2 zone hall group pumps matters minor
asset PUMP-3 zone hall group pumps matters minor
asset FAN-1 zone hall group fans matters minor
asset FAN-2 zone hall group fans matters minor
asset FAN-3 zone hall group unknown-group matters minor
work 1 FW-2 on PUMP-1 takes 90 undo 60 proven
work 2 FW-2 on PUMP-3 takes 90 undo 60 proven
work 3 FW-2 on FAN-1 takes 90 undo 60 proven
work 4 FW-2 on FAN-2 takes 90 undo 60 proven
work 5 FW-2 on FAN-3 takes 90 undo 60 proven
---
Rollout wave 1 of FW-2: the first failure stops everything
    1. PUMP-3  Sat 2026-11-21 22:00 CET, done by 23:30, last safe start Sun 2026-11-22 03:30 CET  (Night; 90 min as somebody estimated, undo 60 min; back to the old version by itself)
    2. FAN-1  Sat 2026-11-21 22:00 CET, done by 23:30, last safe start Sun 2026-11-22 03:30 CET  (Night; 90 min as somebody estimated, undo 60 min; back to the old version by itself)
    3. FAN-2  Sun 2026-11-22 00:30 CET, done by 02:00, last safe start 03:30  (Night; 90 min as somebody estimated, undo 60 min; back to the old version by itself)
Exposure left: 118 hours over 3 steps, each hour counted by how pressing the work is; no plan can be below 116 (2.2 % above it).
FW-2 on PUMP-1 waits: for the redundancy group pumps: it can lose 1, and 1 others are out of work now
FW-2 on FAN-3 waits: for somebody to say how many members the redundancy group unknown-group can lose
