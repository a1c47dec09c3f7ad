# Four controllers of one line, a test bed, one night a week, two people.
now 2026-11-20T08:00:00Z until 2027-02-01T00:00:00Z zone Europe/Berlin
rules pilots 1 wave 10 soak 4320 margin 30
window Line-2-Saturday maintenance line2 2026-11-21T22:00:00 for 480 rule FREQ=WEEKLY people 2 steps 2
window Bench maintenance @BED-1 2026-11-20T08:00:00 for 540 rule FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR people 1 steps 1
asset BED-1 zone lab test-bed
asset PLC-1 zone line2 matters minor
asset PLC-2 zone line2 matters moderate
asset PLC-3 zone line2 matters moderate
asset PLC-4 zone line2 matters major
work 1 FW-3.1.4 on BED-1 weight 1 takes 60 undo 60
work 2 FW-3.1.4 on PLC-1 weight 40 takes 60 undo 60
work 3 FW-3.1.4 on PLC-2 weight 40 takes 60 undo 60
work 4 FW-3.1.4 on PLC-3 weight 80 takes 60 undo 60
work 5 FW-3.1.4 on PLC-4 weight 90 takes 60 undo 60
---
Test wave 1 of FW-3.1.4: the first failure stops everything
    1. BED-1  Fri 2026-11-20 09:00 CET, done by 10:00, last safe start 14:30  (Bench; 60 min as somebody estimated, undo 60 min; back to the old version by itself)
HOLD until the engineer sees: wave 1 of FW-3.1.4 is done, verified on every asset, and has run 4320 minutes without a fault
Pilot wave 2 of FW-3.1.4: the first failure stops everything
    2. PLC-1  Sat 2026-11-28 22:00 CET, done by 23:00, last safe start Sun 2026-11-29 03:30 CET  (Line-2-Saturday; 60 min as somebody estimated, undo 60 min; back to the old version by itself)
HOLD until the engineer sees: wave 2 of FW-3.1.4 is done, verified on every asset, and has run 4320 minutes without a fault
Rollout wave 3 of FW-3.1.4: the first failure stops everything
    3. PLC-2  Sat 2026-12-05 22:00 CET, done by 23:00, last safe start Sun 2026-12-06 03:30 CET  (Line-2-Saturday; 60 min as somebody estimated, undo 60 min; back to the old version by itself)
    4. PLC-3  Sat 2026-12-05 22:00 CET, done by 23:00, last safe start Sun 2026-12-06 03:30 CET  (Line-2-Saturday; 60 min as somebody estimated, undo 60 min; back to the old version by itself)
HOLD until the engineer sees: wave 3 of FW-3.1.4 is done, verified on every asset, and has run 4320 minutes without a fault
Rollout wave 4 of FW-3.1.4: the first failure stops everything
    5. PLC-4  Sat 2026-12-12 22:00 CET, done by 23:00, last safe start Sun 2026-12-13 03:30 CET  (Line-2-Saturday; 60 min as somebody estimated, undo 60 min; back to the old version by itself)
Exposure left: 101901 hours over 5 steps, each hour counted by how pressing the work is; no plan can be below that.
Nothing waits.
