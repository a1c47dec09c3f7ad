# Says which start of the system this is, and how the asking for a restart went. Changes nothing.
starts
restart_log
