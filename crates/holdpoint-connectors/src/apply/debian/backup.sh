# Keeps what is needed to go back, and proves that it is there. Reads what preflight simulated.
mkdir -p "$home/old/partial" || exit 30
rm -f "$home/added" "$home/conffiles"
: > "$home/added"; : > "$home/conffiles"
# A line of the simulation: Inst NAME [OLD] (NEW …), without [OLD] when the package is new.
sed -n 's/^Inst \([^ ]*\) \[\([^]]*\)\].*/\1 \2/p' "$home/simulated" > "$home/replaced"
sed -n '/^Inst [^ ]* (/s/^Inst \([^ ]*\) .*/\1/p' "$home/simulated" > "$home/added"
while read -r name version; do
    dpkg-query -W -f '${Conffiles}\n' "$name" | awk 'NF { print $1 }' >> "$home/conffiles"
    found=
    for file in "$home"/old/*.deb; do
        [ -e "$file" ] || continue
        [ "$(dpkg-deb -f "$file" Package) $(dpkg-deb -f "$file" Version)" = "${name%%:*} $version" ] && found=$file
    done
    if [ -z "$found" ]; then
        (cd "$home/old" && timeout -k 10 600 apt-get -q -o APT::Sandbox::User=root download "$name=$version") >&2 || {
            echo "nowhere $name $version"; exit 12
        }
    fi
done < "$home/replaced"
while read -r path; do [ -e "$path" ] && printf '%s\n' "${path#/}"; done < "$home/conffiles" > "$home/kept"
tar -C / -czf "$home/conffiles.tgz" -T "$home/kept" && tar -tzf "$home/conffiles.tgz" > /dev/null || exit 13
while read -r name version; do
    good=
    for file in "$home"/old/*.deb; do
        [ "$(dpkg-deb -f "$file" Package) $(dpkg-deb -f "$file" Version)" = "${name%%:*} $version" ] || continue
        dpkg-deb --fsys-tarfile "$file" > /dev/null && good=$(sha256sum < "$file" | cut -d' ' -f1)
    done
    [ -n "$good" ] || { echo "nowhere $name $version"; exit 12; }
    echo "kept $good $name $version"
done < "$home/replaced"
echo "kept $(sha256sum < "$home/conffiles.tgz" | cut -d' ' -f1) configuration $(wc -l < "$home/kept")"
cat /proc/sys/kernel/random/boot_id > "$home/boot"
snapshot
sync
