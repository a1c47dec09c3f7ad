# Restarts, once. ARGUMENTS: `machine`, or SERVICE…
mkdir "$home/restarting" 2>/dev/null || { echo "begun before"; exit 17; }
sync
if [ "$1" = machine ]; then
    setsid sh -c 'sleep 2; systemctl reboot || shutdown -r now || reboot' > "$home/restarting/log" 2>&1 < /dev/null &
    echo "restarting"
else
    systemctl restart "$@" 2>&1
    code=$?
    echo "$code" > "$home/restarting/exit.new" && mv "$home/restarting/exit.new" "$home/restarting/exit"
    [ "$code" = 0 ] || exit 16
fi
