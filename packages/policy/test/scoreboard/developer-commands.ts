/** What developers and their agents type all day, one command to a line. All of them are harmless. */
export const developerCommands: readonly string[] = String.raw`
ls
ls -la
ls -la src
ls -lh --sort=size
ls src/*.ts
ls -d */
pwd
cd src
cd src && ls
cd .. && pwd
tree -L 2
cat package.json
cat README.md | head -50
cat src/index.ts src/app.ts
cat -n src/index.ts
head -n 20 src/index.ts
tail -n 100 build.log
tail -5 build.log
wc -l src/*.ts
wc -l < package.json
file dist/index.js
stat package.json
du -sh node_modules
du -sh * | sort -h
df -h
echo hello
echo "$HOME"
echo "done: $?"
printf '%s\n' a b c
date +%Y-%m-%d
which node
command -v pnpm
type ls
whoami
uname -a
nproc
id -u
env | grep NODE
export CI=1
export NODE_ENV=test
NODE_ENV=production npm run build
CI=true npm test
grep -rn "TODO" src
grep -rn --include='*.ts' "function foo" .
grep -v '^#' config.ini
grep -c error build.log
grep -E 'a|b' file.txt
grep -q foo file.txt && echo yes
grep -l foo -r src | wc -l
rg foo
rg -n "class \w+" src
rg --files | head
rg -g '*.ts' -l useState
find . -name '*.ts'
find . -name '*.ts' -not -path './node_modules/*'
find src -type f -name '*.test.ts' | wc -l
find . -maxdepth 2 -type d
find . -name '*.log' -mtime +7
find . -type f -name '*.ts' -exec grep -l foo {} +
find src -name '*.ts' | xargs grep -n TODO
find src -name '*.ts' -print0 | xargs -0 wc -l
sed -n '1,20p' src/index.ts
sed 's/foo/bar/g' src/index.ts
sed -i 's/foo/bar/g' src/index.ts
sed -e 's/a/b/' -e 's/c/d/' file.txt
awk '{print $1}' file.txt
awk -F: '{print $1}' users.txt
awk 'NR>1 {sum+=$2} END {print sum}' data.txt
sort file.txt | uniq -c | sort -rn | head
sort -u names.txt
cut -d, -f1 data.csv
tr a-z A-Z < file.txt
diff a.txt b.txt
diff -u a.txt b.txt
jq . package.json
jq -r '.version' package.json
cat package.json | jq '.scripts'
mkdir -p src/components
touch src/new.ts
cp src/a.ts src/b.ts
cp -r src/a build/a
mv src/a.ts src/c.ts
ln -s a.ts src/link.ts
chmod +x scripts/build.sh
echo "hello" > build/out.txt
echo "line" >> docs/notes.txt
cat > src/new.ts <<'EOF'
export const a = 1
EOF
tee build/out.log < build.log
npm test 2>&1 | tail -20
npm test 2>&1 | tee build/test.log
npm run build > /dev/null 2>&1
git status
git status --short
git diff
git diff --stat
git diff HEAD~1
git diff main...HEAD
git diff --cached
git log --oneline -10
git log --format='%h %s' -5
git log -p src/index.ts
git log --since="2 days ago" --author=me
git show HEAD
git show HEAD:package.json
git branch
git branch -a
git checkout -b feature/x
git checkout main
git switch main
git add -A
git add src/index.ts
git add . && git commit -m "fix: thing"
git commit -m "feat: add a; b"
git commit --amend --no-edit
git stash
git stash pop
git stash list
git fetch
git fetch origin main
git pull
git pull --rebase
git merge main
git rebase main
git tag
git remote -v
git rev-parse HEAD
git rev-parse --abbrev-ref HEAD
git blame src/index.ts
git grep foo
git ls-files
git ls-files | grep test
git config --get user.name
git restore src/index.ts
git cherry-pick abc123
git reset HEAD~1
git describe --tags
git worktree list
GIT_PAGER=cat git log -3
npm test
npm run build
npm run lint -- --fix
npm ci
npm install
npm ls --depth=0
npm run test -- --watch=false
npx tsc --noEmit
npx vitest run
npx prettier --check .
npx eslint src --ext .ts
pnpm install
pnpm test
pnpm -r build
pnpm run build
yarn install
yarn test
tsc --noEmit
tsc -p tsconfig.json
eslint .
prettier --write src
vitest run
jest --coverage
node dist/index.js
node --version
node scripts/build.js --watch
python3 script.py
python script.py --verbose
python3 -m pytest
python3 -m pytest tests/test_a.py -k foo
python3 -m venv .venv
pytest -x -q
pytest tests/test_a.py::test_b
pip install -r requirements.txt
pip list
ruff check .
mypy src
black --check .
go build ./...
go test ./...
go test -run TestFoo ./pkg/...
go vet ./...
go mod tidy
cargo build
cargo test
cargo build --release
cargo clippy
make
make test
make -j4 build
cmake -B build
gcc -o build/main src/main.c
docker ps
docker build -t app .
docker images
docker compose up -d
docker logs app
tar czf build/out.tgz dist
tar tzf build/out.tgz
unzip -l archive.zip
gzip -k build/out.txt
cd packages/core && npm test
cd packages/core && git status && npm run build
npm run build && npm test
npm run lint || true
npm test; echo "exit: $?"
(cd src && ls)
for f in src/*.ts; do echo "$f"; done
for f in a b c; do echo $f; done
for i in 1 2 3; do echo "run $i"; done
for f in $(git ls-files '*.ts'); do wc -l "$f"; done
for i in $(seq 1 5); do echo $i; done
if [ -f package.json ]; then cat package.json; fi
if grep -q foo file.txt; then echo found; else echo missing; fi
[ -d dist ] && ls dist
test -f .eslintrc && echo yes || echo no
while read -r line; do echo "$line"; done < file.txt
git ls-files | while read -r f; do echo "$f"; done
echo $((1 + 2))
i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done
VERSION=$(node -p "require('./package.json').version"); echo $VERSION
BRANCH=$(git rev-parse --abbrev-ref HEAD) && echo "on $BRANCH"
echo "$(date): done" >> build/build.log
set -e; npm ci; npm test
set -euo pipefail; npm run build
timeout 60 npm test
time npm run build
env NODE_ENV=test npm test
bash scripts/build.sh
sh scripts/test.sh
bash -c 'ls -la'
sleep 1
ps aux | grep node
kill %1
kill 12345
sleep 5 & wait
diff <(sort a.txt) <(sort b.txt)
cat <<< "hello"
ls 2>/dev/null || echo none
cat a.txt b.txt > build/c.txt
basename src/index.ts
dirname src/index.ts
realpath src
less README.md
xargs -n1 echo < file.txt
seq 1 10
read -r name <<< "x"
source .venv/bin/activate
trap 'echo bye' EXIT; npm test
`
  .trim()
  .split(/\n(?!export const a|EOF)/)
