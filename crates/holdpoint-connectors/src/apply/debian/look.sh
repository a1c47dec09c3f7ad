# Looks at the host afresh. Changes nothing.
for deed in installing undoing; do
    if [ -d "$home/$deed" ]; then
        if [ -e "$home/$deed/exit" ]; then echo "mark $deed $(cat "$home/$deed/exit")"
        elif runs "$home/$deed/process"; then echo "mark $deed open"
        else echo "mark $deed cut"
        fi
    fi
done
for lock in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock; do
    inode=$(stat -c %i "$lock" 2>/dev/null) && grep -q ":$inode " /proc/locks && echo "lock $lock"
done
[ -r "$home/boot" ] && echo "boot before $(cat "$home/boot")"
snapshot
dpkg --audit | sed 's/^/audit /'
