# Looks at the host afresh. ARGUMENTS: deeds that will not be begun any more.
# Changes nothing but this: such a deed that was never begun is closed by the mark with which it would begin, so that an order
# that is still on its way cannot begin behind the look.
for deed in "$@"; do
    mkdir "$home/$deed" 2>/dev/null && { echo never > "$home/$deed/exit"; sync; }
done
for deed in installing undoing; do
    if [ -d "$home/$deed" ]; then
        if [ -e "$home/$deed/exit" ]; then echo "mark $deed $(cat "$home/$deed/exit")"
        elif runs "$home/$deed/process"; then echo "mark $deed open"
        elif [ ! -s "$home/$deed/process" ] && [ $(($(date +%s) - $(stat -c %Y "$home/$deed"))) -lt 60 ]; then
            echo "mark $deed open"
        else echo "mark $deed cut"
        fi
    fi
done
restart_log
for lock in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock; do
    inode=$(stat -c %i "$lock" 2>/dev/null) && grep -q ":$inode " /proc/locks && echo "lock $lock"
done
starts
asks_restart
snapshot
dpkg --audit | sed 's/^/audit /'
