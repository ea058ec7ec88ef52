import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { reads } from '../operands.ts'
import { read, unknown, write } from '../outcomes.ts'
import type { OperandRule } from '../program.ts'
import type { Profile, ProgramEffect } from '../program-effect.ts'

/** Pages by name; a name with a slash is a file. A macro or a database of another place is unknown. */
const pages: OperandRule = (operands) =>
  operands
    .filter(({ text, prefix }) => text === undefined || prefix.includes('/'))
    .flatMap((word) =>
      // `(file)node`
      word.prefix.startsWith('(')
        ? [unknown('which file holds a page is not certain', word)]
        : read(word)
    )

const startsCommand = (word: Word): boolean =>
  word.prefix.startsWith('+') || (word.text === undefined && word.prefix === '')

/** Files of an editor; a word that starts with `+` may be a command of its own. */
const edits: OperandRule = (operands) =>
  operands.flatMap((word): readonly ProgramEffect[] => {
    if (/^\+\d*$/.test(word.text ?? '')) return []
    if (startsCommand(word)) return [unknown('a word may be a command of the editor', word)]
    return [...read(word), ...write(word)]
  })

const shows: OperandRule = (operands) =>
  operands.flatMap((word) => {
    if (/^\+(?:\d+|[FGg])?$/.test(word.text ?? '')) return []
    return startsCommand(word)
      ? [unknown('a word may be a command of the pager', word)]
      : read(word)
  })

/** An editor whose commands come from its input, which an agent writes. */
const driven: Profile = (args) =>
  args.length === 1 && /^(?:--version|--help|-V|-h)$/.test(args[0]?.text ?? '')
    ? []
    : [
        unknown('its commands are not known', args[0]),
        ...args
          .filter(({ prefix }) => !/^[-+]/.test(prefix))
          .flatMap((path) => [...read(path), ...write(path)])
      ]

/** Programs that show files and pages, and editors. */
export const viewers: Family = family({
  'less zless': {
    options: {
      harmless:
        'N,LINE-NUMBERS n,line-numbers S,chop-long-lines R,RAW-CONTROL-CHARS r,raw-control-chars F,quit-if-one-screen X,no-init i,ignore-case I,IGNORE-CASE M,LONG-PROMPT m,long-prompt e,quit-at-eof E,QUIT-AT-EOF g G s,squeeze-blank-lines u U K q,quiet Q w W a A c C f,force L V ?',
      unknown:
        'k,lesskey-file: lesskey-src: lesskey-context: o,log-file: O,LOG-FILE: P,prompt: t,tag: T,tag-file: p,pattern: b: B D: h: j: x: y: z: ": #: J ~'
    },
    operands: shows
  },
  more: { options: { harmless: 'd f l c p s u e n: V h' }, operands: shows, takesNumbers: true },
  man: {
    options: {
      harmless:
        'a,all f,whatis k,apropos w,where,path,location W,where-cat i,ignore-case I,match-case d,debug u,update 7 no-justification nj no-hyphenation nh names-only regex wildcard s,S,sections: e,extension: L,locale: D,default V K,global-apropos c,catman 1 2 3 4 5 6 8 9',
      unknown:
        'P,pager: C,config-file: M,manpath: m,systems: l,local-file p,preprocessor: r,prompt: t,troff T,troff-device? H,html? X,gxditview? Z,ditroff B E,encoding: R,recode: warnings?'
    },
    operands: pages
  },
  'info tldr': {
    options: {
      harmless: 'a,all n,node: k,apropos: w,where l,list u,update',
      unknown: 'o,output: f,file: d,directory: restore: dribble: init-file: p: L: s'
    },
    operands: pages
  },
  bat: {
    options: {
      harmless:
        'A,show-all p,plain l,language: n,number H,highlight-line: r,line-range: style: color: decorations: theme: wrap: tabs: d,diff u,unbuffered S,chop-long-lines file-name: L,list-languages list-themes s,squeeze-blank terminal-width: italic-text:',
      paging: 'paging:',
      unknown: 'pager: P m,map-syntax: ignored-suffix: lessopen no-lessopen generate-config-file'
    },
    roles: {
      paging: ({ value, at }) =>
        value?.text === 'never' ? [] : [unknown('a pager may be any program', at)]
    },
    operands: reads
  },
  'most pg view rview lesspipe zmore xmore': driven,
  'nano pico rnano': {
    options: {
      harmless:
        'l,linenumbers v,view w,nowrap B,backup i,autoindent E,tabstospaces m,mouse q R,restricted x,nohelp K S,softwrap V,version h,help',
      unknown:
        'f,rcfile: s,speller: o,operatingdir: C,backupdir: I,ignorercfiles T,tabsize: r,fill: Y,syntax:'
    },
    operands: edits
  },
  'vim vi nvim gvim rvim evim ex vimdiff gvimdiff ed red emacs emacsclient mg joe jed micro kak helix hx ne mcedit code codium subl atom gedit kate xed pluma sublime_text zed idea pycharm':
    driven,
  'xdg-open open start gio-open wslview sensible-browser x-www-browser firefox chromium google-chrome chrome':
    (args) => args.map((word) => unknown('another program opens it', word))
})
