# Begins every script: where an order keeps its things on the host, and how this shell behaves.
set -u
umask 077
export LC_ALL=C DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_MODE=l
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
order=$1; shift
home=/var/lib/holdpoint/orders/$order
mkdir -p "$home" || { echo "there is no place for $home" >&2; exit 30; }

# What is on the host now, one line a fact.
snapshot() {
    dpkg-query -W -f 'software ${Package}:${Architecture} ${Version} ${db:Status-Status} ${db:Status-Eflag}\n'
    echo "system kernel $(uname -r)"
    echo "system boot $(cat /proc/sys/kernel/random/boot_id)"
    if command -v ss >/dev/null; then
        echo "read ports"
        ss -Hltun | awk '{ print "port " $1 " " $5 }' | sort -u
    fi
    if [ -d /run/systemd/system ]; then
        echo "read services"
        systemctl list-units --type=service --state=running --plain --no-legend | awk '{ print "service " $1 }'
    fi
    echo "read accounts"
    awk -F: '$7 !~ /(nologin|false|sync)$/ { print "account " $1 }' /etc/passwd
}

# Names a process so that another one with its number is not taken for it: boot, number, moment of its start.
process() {
    read -r boot < /proc/sys/kernel/random/boot_id
    echo "$boot $1 $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20)"
}

# Whether the process whose name stands in a file still runs.
runs() {
    [ -s "$1" ] || return 1
    read -r boot number start < "$1"
    [ "$(process "$number")" = "$boot $number $start" ] && [ -n "$start" ]
}
