# Brings the packages near, checked against the signed index. ARGUMENTS: NAME=VERSION…
mkdir -p "$home/new/partial" || exit 30
timeout -k 10 300 apt-get -q update >&2 || exit 10
timeout -k 10 1500 apt-get -q -y --download-only --no-remove --allow-downgrades \
    -o Dir::Cache::archives="$home/new" -o APT::Sandbox::User=root install "$@" >&2 || exit 11
for file in "$home"/new/*.deb; do
    [ -e "$file" ] || continue
    echo "file $(sha256sum < "$file" | cut -d' ' -f1) $(dpkg-deb -f "$file" Package):$(dpkg-deb -f "$file" Architecture) $(dpkg-deb -f "$file" Version)"
done
