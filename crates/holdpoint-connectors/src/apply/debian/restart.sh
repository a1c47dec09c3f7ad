# Restarts, once. ARGUMENTS: `machine`, or SERVICE…
# In which start of the system it was asked for is written down first: only another one says that the machine was started again.
mkdir "$home/restarting" 2>/dev/null || { echo "begun before"; exit 17; }
cat /proc/sys/kernel/random/boot_id > "$home/restarting/boot"
sync
if [ "$1" = machine ]; then
    setsid sh -c '
        home=$1
        sleep 2
        systemctl reboot || shutdown -r now || reboot
        code=$?
        [ "$code" = 0 ] && exit 0
        echo "$code" > "$home/restarting/exit.new" && mv "$home/restarting/exit.new" "$home/restarting/exit"
    ' sh "$home" > "$home/restarting/log" 2>&1 < /dev/null &
    echo "restarting"
else
    systemctl restart "$@" 2>&1
    code=$?
    echo "$code" > "$home/restarting/exit.new" && mv "$home/restarting/exit.new" "$home/restarting/exit"
    [ "$code" = 0 ] || exit 16
fi
