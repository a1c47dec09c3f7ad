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

# The starts of the system: this one, and those in which the work was backed up, ended, and a restart asked for.
starts() {
    [ -r "$home/boot" ] && echo "boot before $(cat "$home/boot")"
    for mark in installing restarting; do
        [ -r "$home/$mark/boot" ] && echo "boot $mark $(cat "$home/$mark/boot")"
    done
    echo "boot now $(cat /proc/sys/kernel/random/boot_id)"
}

# How the asking for a restart went, when it failed.
restart_log() {
    [ -e "$home/restarting/exit" ] || return 0
    echo "mark restarting $(cat "$home/restarting/exit")"
    [ -r "$home/restarting/log" ] && tail -c 1000 "$home/restarting/log" | sed 's/^/log /'
    return 0
}

# What on the host asks for a restart, one line a sign. That there is none says little: a minimal system writes no mark.
asks_restart() {
    [ -e /run/reboot-required ] && echo "asks the system: $(sort -u /run/reboot-required.pkgs 2>/dev/null | tr '\n' ' ')"
    cat /proc/[0-9]*/maps 2>/dev/null | awk '/\/(usr|lib).*\.so[^ ]* \(deleted\)$/ { print $(NF - 1) }' | sort -u | head -n 20 |
        sed 's/^/asks library in use was replaced: /'
    started=$(awk '/^btime/ { print $2 }' /proc/stat)
    for kernel in /boot/vmlinuz-*; do
        [ -e "$kernel" ] && [ "${kernel#/boot/vmlinuz-}" != "$(uname -r)" ] && [ "$(stat -c %Z "$kernel")" -gt "$started" ] &&
            echo "asks kernel installed since the start: ${kernel#/boot/vmlinuz-}"
    done
    echo "read restart"
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
