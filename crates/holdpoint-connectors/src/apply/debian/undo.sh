# Goes back to what backup kept, once. ARGUMENTS: SECONDS
limit=$1; shift
mkdir "$home/undoing" 2>/dev/null || { echo "begun before"; exit 17; }
sync
setsid sh -c '
    home=$1; limit=$2
    set -- "$home"/old/*.deb
    code=0
    if [ -e "$1" ]; then
        timeout -k 20 "$limit" dpkg --force-downgrade --force-confold --install "$@" || code=$?
    fi
    if [ -s "$home/added" ]; then
        xargs -r timeout -k 20 "$limit" dpkg --remove < "$home/added" || code=$?
    fi
    tar -C / -xzf "$home/conffiles.tgz" || code=$?
    sync
    echo "$code" > "$home/undoing/exit.new" && mv "$home/undoing/exit.new" "$home/undoing/exit"
' sh "$home" "$limit" > "$home/undoing/log" 2>&1 < /dev/null &
process "$!" > "$home/undoing/process"
waited=0
while [ ! -e "$home/undoing/exit" ]; do
    sleep 1
    waited=$((waited + 1))
    [ "$waited" -gt $((limit * 2 + 60)) ] && { echo "no end"; exit 18; }
done
tail -c 16000 "$home/undoing/log"
code=$(cat "$home/undoing/exit")
[ "$code" = 0 ] || { echo "dpkg ended with $code"; exit 16; }
