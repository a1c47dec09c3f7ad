# Says whether the host is fit for the work. ARGUMENTS: NAME=VERSION…
echo "disk $(df -Pk /var | awk 'NR == 2 { print $4 }')"
echo "disk $(df -Pk /usr | awk 'NR == 2 { print $4 }')"
echo "memory $(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)"
echo "clock $(date +%s)"
for lock in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock; do
    inode=$(stat -c %i "$lock" 2>/dev/null) && grep -q ":$inode " /proc/locks && echo "lock $lock"
done
for battery in /sys/class/power_supply/*; do
    [ -r "$battery/online" ] && echo "mains $(cat "$battery/online")"
done
dpkg --audit | sed 's/^/audit /'
# What is there, and whether it is newer than what is wanted, by dpkg's own order.
for wanted in "$@"; do
    name=${wanted%%=*}; version=${wanted#*=}
    dpkg-query -W -f '${db:Status-Status} ${Version}\n' "$name" 2>/dev/null | while read -r state there; do
        case $state in not-installed | config-files) continue ;; esac
        echo "there $name $there"
        if dpkg --compare-versions "$there" gt "$version"; then echo "newer $name $there"; fi
    done
done
# Simulated with older versions let through, so that its answer names them.
apt-get -s -q --no-remove --allow-downgrades -o Dir::Cache::archives="$home/new" install "$@" > "$home/simulated" 2> "$home/simulated.err" || {
    sed 's/^/refused /' "$home/simulated.err"
}
grep -E '^(Inst|Remv) ' "$home/simulated" | sed 's/^/plan /'
