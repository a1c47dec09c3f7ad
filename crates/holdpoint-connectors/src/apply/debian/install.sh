# Installs, once. ARGUMENTS: SECONDS NAME=VERSION…
# An order updates: nothing that is not there is installed for the first time, and nothing goes to an older version.
# The mark is a folder: making it succeeds once, whoever asks and however often. The work goes on when the line breaks.
limit=$1; shift
mkdir "$home/installing" 2>/dev/null || { echo "begun before"; exit 17; }
sync
setsid sh -c '
    home=$1; limit=$2; shift 2
    timeout -k 20 "$limit" apt-get -q -y --no-remove --only-upgrade --no-download -o DPkg::Lock::Timeout=60 \
        -o Dir::Cache::archives="$home/new" -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
        install "$@"
    code=$?
    cat /proc/sys/kernel/random/boot_id > "$home/installing/boot"
    sync
    echo "$code" > "$home/installing/exit.new" && mv "$home/installing/exit.new" "$home/installing/exit"
' sh "$home" "$limit" "$@" > "$home/installing/log" 2>&1 < /dev/null &
process "$!" > "$home/installing/process"
waited=0
while [ ! -e "$home/installing/exit" ]; do
    sleep 1
    waited=$((waited + 1))
    [ "$waited" -gt $((limit + 60)) ] && { echo "no end"; exit 18; }
done
tail -c 16000 "$home/installing/log"
code=$(cat "$home/installing/exit")
[ "$code" = 0 ] || { echo "apt-get ended with $code"; exit 16; }
asks_restart
