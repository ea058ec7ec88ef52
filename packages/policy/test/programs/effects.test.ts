import { describe, expect, it } from 'vitest'
import { effectsOf, show } from './line.ts'

/** A line, and what its program does beside being run. */
const table: Readonly<Record<string, readonly (readonly [string, ...string[]])[]>> = {
  'readers and writers': [
    ['cat a b', 'read a', 'read b'],
    ['cat -', ...[]],
    ['cat -- -n', 'read -n'],
    ['cat "$f"', 'read …'],
    ['cat src/*.ts', 'read src/…'],
    ['head -20 a', 'read a'],
    ['head -n 20 a', 'read a'],
    ['grep -rn foo src', 'read src'],
    ['grep -f pats a', 'read pats', 'read a'],
    ['grep -e foo a', 'read a'],
    ['grep "$p" a', 'read …', 'read …', 'read a'],
    ['uniq a b', 'read a', 'write b'],
    ['sort -o out a', 'write out', 'read a'],
    ['sort a -o out', 'write out', 'read a'],
    ['sort -uoout a', 'write out', 'read a'],
    ['sort --output=out a', 'write out', 'read a'],
    ['sort --outp=out a', 'unknown', 'write out', 'read a'],
    ['sort -o"$f" a', 'write …', 'read a'],
    ['sort -- -oout', 'read -oout'],
    ['tee -a x y', 'write x', 'write y'],
    ['cp a b', 'read a', 'write b', 'write b/a'],
    ['cp -T a b', 'read a', 'write b'],
    ['cp x/a y/b d/', 'read x/a', 'write d/', 'write d/a', 'read y/b', 'write d/', 'write d/b'],
    ['cp -t d a', 'read a', 'write d', 'write d/a'],
    ['cp "$a" b', 'read …', 'write …', 'read b', 'write b'],
    ['mv -T a b', 'read a', 'delete a', 'write b'],
    ['ln -s ../x', 'read ../x', 'write ./x'],
    ['rm -rf a', 'delete a'],
    ['mkdir -p -m 755 a', 'write a'],
    ['chmod -x,g+w a', 'unknown', 'write a'],
    ['chmod +x a', 'write a'],
    ['chmod -R 755 a', 'write a'],
    ['chmod -w a', 'write a'],
    ['install -d a b', 'write a', 'write b'],
    ['dd if=a of=b bs=1M', 'read a', 'write b'],
    ['shred -u a', 'write a', 'delete a'],
    ['split -l 10 a out-', 'read a', 'write out-…'],
    ['gzip a', 'read a', 'write a.gz', 'delete a'],
    ['gzip -kd a.gz', 'read a.gz', 'write a'],
    ['gzip -c a', 'read a'],
    ['patch -p1 -i x', 'read x', 'write …'],
    ['dd if="$x" of=b', 'read …', 'write b'],
    ['wc --files0-from=f', 'read f', 'unknown']
  ],
  archives: [
    ['tar xzf a.tgz -C out', 'read a.tgz', 'write out'],
    ['tar xf a', 'read a', 'write .'],
    ['tar xfC a out', 'read a', 'write out'],
    ['tar czf o.tgz src', 'write o.tgz', 'read src'],
    ['tar -czf o.tgz -C d src', 'write o.tgz', 'read src', 'read d/src'],
    ['tar tf a', 'read a'],
    ['tar xOf a x', 'read a'],
    ['zip -r o.zip src', 'write o.zip', 'read src'],
    ['unzip a.zip -d out', 'read a.zip', 'write out'],
    ['unzip -l a.zip', 'read a.zip']
  ],
  'find, sed and awk': [
    ['find a b -name x', 'read a', 'read b'],
    ['find -delete', 'delete .'],
    ['find . -exec rm {} ;', 'read .', 'run rm .…'],
    ['find src -exec grep -l x {} +', 'read src', 'run grep -l x src…'],
    ['find . -fprintf out %p', 'read .', 'write out'],
    ['find . -newer ref -newermt 2020-01-01', 'read .', 'read ref'],
    ["sed -n '1,5p;w out' a", 'write out', 'read a'],
    ["sed -i 's/a/b/' a b", 'read a', 'write a', 'read b', 'write b'],
    ["sed '1e ls' a", 'sh ls', 'read a'],
    ["sed 'r other' a", 'read other', 'read a'],
    [`awk '{print > "out"}' a`, 'write out', 'read a'],
    [`awk '{print | "sort"}' x=1 a`, 'sh sort', 'read a'],
    ["awk '$1 > 3' a", 'read a']
  ],
  wrappers: [
    ['env A=1 B=2 ls -l', 'assign A', 'assign B', 'run ls -l'],
    ['env -u X -i ls', 'run ls'],
    ['env', ...[]],
    ['env -S "ls -l" x', 'run ls -l x'],
    ['sudo -u me A=1 ls', 'assign A', 'run ls'],
    ['sudo -l', ...[]],
    ['timeout -k 1 5 ls', 'run ls'],
    ['nice -5 ls', 'run ls'],
    ['xargs -n1 rm -f', 'run rm -f …'],
    ['xargs -I{} cp {} d/{}', 'run cp … d/…'],
    ['flock l ls', 'write l', 'run ls'],
    ['flock l -c "ls -l"', 'write l', 'sh ls -l'],
    ['watch -n1 ls -l', 'sh ls -l'],
    ['watch -x ls -l', 'run ls -l'],
    ['script -qc ls out', 'sh ls', 'write out'],
    ['strace -o out ls', 'write out', 'run ls'],
    ['su -c ls me', 'sh ls'],
    ['docker run --rm -v /a:/b img ls', 'read /a', 'write /a', 'run ls'],
    ['docker exec -it c ls', 'run ls'],
    ['ssh -p 22 me@h ls -l', 'connect h', 'sh ls -l'],
    ['ssh h -v ls', 'connect h', 'sh ls'],
    ['kubectl exec p -- ls', 'run ls']
  ],
  shells: [
    ['bash -c ls', 'bash ls'],
    ['bash -lec ls', 'bash ls'],
    ['bash -eo pipefail -c ls', 'bash ls'],
    ['sh -c ls _ a b', 'sh ls'],
    ['sh -c "$x"', 'sh …'],
    ['fish -c ls', 'fish ls'],
    ['bash s.sh', 'unknown'],
    ['bash --version', ...[]]
  ],
  git: [
    ['git status', ...[]],
    ['git -C d rm x', 'delete d/x'],
    ['git rm --cached x', ...[]],
    ['git clone https://h/x d', 'connect https://h/x', 'write d'],
    ['git clone git@h:x', 'connect h', 'write x'],
    ['git clone ssh://git@h:22/x', 'connect h', 'write x'],
    ['git clone ../x', 'read ../x', 'write x'],
    ['git push origin main', ...[]],
    ['git commit -m x $args', 'read …'],
    ['git-rm x', 'delete x'],
    ['git show HEAD:.env', 'read .env'],
    ['git diff --no-index a b', 'read a', 'read b'],
    ['git log --output=o', 'write o'],
    ['git bisect run ls', 'run ls'],
    ['git mv a b', 'read a', 'delete a', 'write b', 'write b/a']
  ],
  network: [
    ['curl https://h/x', 'GET https://h/x'],
    ['curl h/x', 'GET http://h/x'],
    ['curl -d a h', 'POST http://h'],
    ['curl -d @f h', 'read f', 'POST http://h'],
    ['curl -XPUT https://h', 'PUT https://h'],
    ['curl -I https://h', 'HEAD https://h'],
    ['curl -o f https://h/x', 'GET https://h/x', 'write f'],
    ['curl -O https://h/x', 'GET https://h/x', 'write x'],
    ['curl --output-dir d -o f https://h/x', 'GET https://h/x', 'write d/f'],
    ['curl file:///etc/x', 'read file:///etc/x'],
    ['curl "https://h/$p"', 'GET https://h/…'],
    ['curl -F a=@f https://h', 'read f', 'POST https://h'],
    ['curl -T f https://h', 'read f', 'PUT https://h'],
    ['wget https://h/x', 'GET https://h/x', 'write x'],
    ['wget -qO- https://h/x', 'GET https://h/x'],
    ['wget -P d https://h/x', 'GET https://h/x', 'write d/x'],
    ['scp a me@h:b', 'read a', 'connect h'],
    ['scp h:a b', 'connect h', 'write b', 'write b/a'],
    ['rsync -a a/ h::m', 'read a/', 'connect h'],
    ['nc h 80', 'connect h:80'],
    ['dig @s n TXT', 'connect s', 'connect n'],
    ['pip install git+https://h/x', 'connect https://h/x'],
    ['npm i user/repo', 'connect github.com']
  ],
  interpreters: [
    ['python a.py -c x', 'read a.py'],
    ['python -c x', 'unknown'],
    ['python -m pip install x', ...[]],
    ['node a.js', 'read a.js'],
    ['npx tsc -p .', 'run tsc -p .'],
    ['npm test -- -x', ...[]],
    ['uv run pytest -x', 'run pytest -x'],
    ['make V=1 test', ...[]],
    ['make -f M', 'read M']
  ]
}

describe('what programs do with their arguments', () => {
  for (const [family, rows] of Object.entries(table)) {
    describe(family, () => {
      for (const [line, ...effects] of rows) {
        it(`${line} → ${effects.join(', ') || 'nothing'}`, () => {
          expect(effectsOf(line)?.map(show)).toEqual(effects)
        })
      }
    })
  }
})
