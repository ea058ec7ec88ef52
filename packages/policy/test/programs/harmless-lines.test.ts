import { describe, expect, it } from 'vitest'
import { effectsOf, show } from './line.ts'

/** Lines of everyday work. What a program does there is known from its arguments. */
const lines: Readonly<Record<string, string>> = {
  'reading and listing': String.raw`
cat package.json
cat -n src/index.ts
cat "$f"
cat $files
cat src/*.ts
head -20 README.md
head -n 50 README.md
head -c 100 a.bin
head -n "$n" a.txt
tail -f app.log
tail -n +2 data.csv
tail -50 app.log
wc -l src/index.ts
wc -l *.ts
wc -l "$f"
cut -d: -f1 /etc/passwd
cut -d, -f2,3 --output-delimiter=';' a.csv
tr a-z A-Z
tr -d '\n'
uniq -c
sort a.txt
sort -u list.txt
sort -rn -k2,2 a.txt
sort -t, -k1 a.csv b.csv
sort --reverse --key=2 src/*.txt
sort -o sorted.txt list.txt
nl -ba a.txt
tac a.txt
rev a.txt
paste -sd, a.txt
comm -12 a b
join -t, a.csv b.csv
column -t -s, a.csv
fold -w 80 -s a.txt
diff -u a.ts b.ts
diff -rq a b
cmp a b
ls
ls -la
ls -la "$(pwd)"
ls src/*.ts
ls -1 --color=never $dir
stat -c %s a.txt
du -sh .
du -sh node_modules/*
df -h
tree -L 2
tree -aL 2 -I node_modules src
file image.png
realpath ../x
readlink -f a
md5sum a.iso
sha256sum -c sums.txt
base64 -d a.b64
xxd -l 64 a.bin
od -c a.bin
strings -n 8 a.bin
jq '.scripts' package.json
jq -r '.name, .version' package.json
jq --arg v "$VERSION" '.version = $v' package.json
`,
  searching: String.raw`
grep -rn foo src
grep -rn "rm -rf" docs
grep -l evil -r .
grep -E 'a|b' x.txt
grep -v '^#' config
grep -A3 -B3 error app.log
grep -r x "$dir"
grep "$pattern" file.txt
grep --include='*.ts' -rn TODO src
rg -n 'TODO' src
rg --files -g '*.ts'
rg -i -tpy import
fd -e ts
fd -H -t f pattern src
find . -type f -not -path './node_modules/*'
find . -name evil
find . -maxdepth 2 -name '*.py' -print0
find src test -name '*.ts' -newer package.json
find . \( -name '*.js' -o -name '*.ts' \) -size +10k
find . -name '*.log' -mtime +7 -delete
find . -type f -exec grep -l foo {} +
find . -name '*.sh' -exec chmod +x {} \;
sed -n '1,20p' a.txt
sed 's/a/b/g' a.txt
sed -i 's/foo/bar/g' src/index.ts
sed -i.bak -e 's/a/b/' -e '/^$/d' a.txt
sed -E 's/([a-z]+)-([0-9]+)/\2-\1/' a.txt
sed '/^#/d; s/[ \t]*$//' a.txt
sed -n '/start/,/end/p' a.txt
sed '$!N;s/\n/ /' a.txt
sed ':a;N;$!ba;s/\n/,/g' a.txt
sed '1i\header' a.csv
sed 's|/usr|/opt|' a.txt
awk '{print $1}' a.txt
awk -F: '{print $1, $3}' /etc/passwd
awk -F, '$3 > 100 {sum += $3} END {print sum}' a.csv
awk '/foo|bar/ {print}' a.txt
awk 'NR==FNR{a[$1];next} $1 in a' a b
awk '!seen[$0]++' a.txt
awk -v n=3 'NR<=n' a.txt
awk 'BEGIN{OFS=","} {printf "%s|%d\n", $1, $2}' a.txt
`,
  git: `
git status
git status -sb
git diff
git diff --stat
git diff HEAD~1 -- src
git diff --cached --name-only
git diff main...feature
git log --oneline -10
git log -p -2 src/index.ts
git log --grep="evil"
git log --format='%h %s' --since='2 weeks ago'
git log --graph --all --decorate --oneline
git show HEAD:package.json
git show --stat HEAD
git add -A
git add "$f"
git add src/*.ts
git commit -m "fix: thing"
git commit -am "run evil x now"
git commit --amend --no-edit
git commit -m "$MSG"
git push
git push -u origin main
git push origin "HEAD:refs/heads/x"
git push --force-with-lease
git pull --rebase
git pull origin main
git fetch --all --prune
git fetch origin main
git clone https://github.com/a/b.git
git clone --depth 1 git@github.com:a/b.git dir
git branch -a
git branch -D old
git branch --show-current
git checkout -b feature
git checkout "$branch"
git checkout -- src/a.ts
git switch -c feature
git restore --staged a.ts
git stash
git stash list
git stash push -m wip
git stash pop
git tag -a v1 -m v1
git merge --no-ff feature
git rebase main
git rebase -i HEAD~3
git rebase --continue
git remote -v
git remote add up https://github.com/a/b.git
git rev-parse HEAD
git rev-parse --abbrev-ref HEAD
git ls-files -o --exclude-standard
git grep -n foo
git blame -L 1,20 src/a.ts
git describe --tags --always
git config user.name
git config --get remote.origin.url
git config --global user.email a@b.c
git config --list
git -C packages/core status
git -c user.name=a -c user.email=b@c commit -m x
git -c color.ui=false log -1
git --no-pager diff
git reset --hard HEAD~1
git rm --cached f
git mv a b
git cherry-pick abc123
git revert --no-edit HEAD
git clean -fd
git worktree list
git submodule update --init --recursive
git bisect start
git reflog
git shortlog -sn
git help log
`,
  'writing files': `
cp a b
cp -r src dist
cp "$a" "$b"
mv a b
mv -f old.txt new/
ln -s ../a b
ln -sf target link
install -m 755 bin/x /usr/local/bin/x
tee out.txt
tee -a log.txt
rm -rf build
rm -f "$f"
rmdir empty
mkdir -p a/b/c
touch a
touch -r a b
chmod +x run.sh
chmod -R u+w dir
chmod 644 "$f"
chown -R me:me dir
truncate -s 0 app.log
split -l 1000 big.txt part-
dd if=a of=b bs=1M count=1
patch -p1
patch -p1 -i fix.diff
mktemp -d
tar czf out.tgz src
tar -xzf a.tgz -C out
tar xvf a.tar
tar -tf a.tar
tar --create --gzip --file=a.tgz --exclude=node_modules .
zip -r out.zip src
unzip -q a.zip -d out
unzip -l a.zip
gzip -k a.txt
gunzip a.gz
`,
  'running programs': `
env
env LANG=C sort x
env -u FOO ls
env -S "ls -la"
sudo -n ls
sudo -u postgres ls
sudo -E env
nohup ls
nice -n 10 ls
timeout 10 ls
timeout -k 1 -s TERM 5s ls
time -p ls
stdbuf -oL ls
xargs -n1 -P4 echo
xargs -0 rm -f
xargs -I{} echo {}
flock /tmp/l ls
watch -n1 ls
bash -c 'ls -la'
bash -lc 'npm test'
sh -c 'echo $HOME'
bash -euo pipefail -c 'ls'
bash --version
busybox ls
script -qc 'ls' /dev/null
strace -f -o out.txt ls
docker run --rm alpine true
docker run --rm -it -e A=1 -w /x node:22 npm test
docker exec -it web ls
docker ps -a
docker build -t x .
docker compose up -d
kubectl get pods -A
ssh me@host ls -la
`,
  languages: `
python tools/run.py
python3 --version
python3 -u script.py --flag x
python -m pytest -x tests
python3 -m venv .venv
python3 -m pip install -r requirements.txt
python3 -m json.tool a.json
node --version
node server.js
node --test
node --max-old-space-size=4096 build.js
ruby a.rb
perl script.pl
php artisan migrate
java -jar app.jar
java -version
npx tsc --noEmit
npm test
npm run build
npm run lint -- --fix
npm ci
npm install
npm install --save-dev vitest
npm ls --depth=0
pnpm install --frozen-lockfile
pnpm -r build
pnpm run test
yarn add lodash
yarn test
bun test
pip install requests
pip install -e .
pip install -U pip
pip freeze
uv sync
uv run pytest
uv pip install ruff
poetry run pytest
cargo build --release
cargo test -- --nocapture
cargo clippy --all-targets
go test ./...
go build -o bin/x ./cmd/x
go test -run TestA -v ./pkg
go mod tidy
make
make test
make -j4 V=1 all
make -C sub clean
gem install rails
bundle exec rspec
composer install --no-dev
apt-get install -y curl
apt list --installed
brew install jq
gcc -O2 -Wall -o a a.c
`,
  network: `
curl https://good.com
curl -sSL https://good.com/x
curl -fsSLo out.tgz https://good.com/x.tgz
curl -X POST -H 'Content-Type: application/json' -d '{"a":1}' https://good.com
curl -I https://good.com
curl -s "https://good.com/$path"
wget https://good.com/x.tgz
wget -qO- https://good.com
wget -q -P dl https://good.com/x
ping -c 1 good.com
dig +short good.com
nslookup good.com
host good.com
nc -zv good.com 443
scp a.txt me@host:/tmp/
rsync -avz src/ dst/
rsync -avz --delete -e ssh src/ host:/dst
`,
  'printing and asking': String.raw`
echo "hello world"
echo -n x
echo $HOME
echo "$USER is here"
printf '%s\n' "a b"
true
pwd
seq 1 10
sleep 1
date
date +%s
date -d yesterday +%F
basename "$f" .ts
dirname "$f"
which curl
whoami
id -u
uname -a
hostname
ps aux
kill $(cat app.pid)
kill -9 123
test -f a
[ -f a ]
[ "$a" = b ]
[ -n "$a" ]
[ "$n" -gt 3 ]
man rm
less a.txt
sqlite3 a.db 'select 1'
psql -c 'select count(*) from users'
openssl rand -hex 16
openssl x509 -in a.pem -noout -text
systemctl status nginx
`
}

const split = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '')

describe('everyday lines', () => {
  for (const [family, text] of Object.entries(lines)) {
    describe(family, () => {
      for (const line of split(text)) {
        it(`are understood: ${line}`, () => {
          expect((effectsOf(line) ?? []).map(show)).not.toContain('unknown')
        })
      }
    })
  }

  it('are many', () => {
    expect(Object.values(lines).flatMap(split).length).toBeGreaterThan(250)
  })
})
