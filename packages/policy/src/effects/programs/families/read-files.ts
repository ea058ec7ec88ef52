import { ignored, reads, readsAfterFirst, readsThenWrites } from '../operands.ts'
import { type ProgramSpec, program } from '../program.ts'
import type { Profile } from '../program-effect.ts'

/** Programs that read the files that they are given and change nothing, by the GNU versions' options. */
const specs: Readonly<Record<string, ProgramSpec>> = {
  cat: {
    options: {
      harmless:
        'A,show-all b,number-nonblank e E,show-ends n,number s,squeeze-blank t T,show-tabs u v,show-nonprinting'
    },
    operands: reads,
    isHarmless: true
  },
  tac: {
    options: { harmless: 'b,before r,regex s,separator:' },
    operands: reads,
    isHarmless: true
  },
  nl: {
    options: {
      harmless:
        'b,body-numbering: d,section-delimiter: f,footer-numbering: h,header-numbering: i,line-increment: l,join-blank-lines: n,number-format: p,no-renumber s,number-separator: v,starting-line-number: w,number-width:'
    },
    operands: reads,
    isHarmless: true
  },
  head: {
    options: { harmless: 'c,bytes: n,lines: q,quiet,silent v,verbose z,zero-terminated' },
    operands: reads,
    takesNumbers: true,
    isHarmless: true
  },
  tail: {
    options: {
      harmless:
        'c,bytes: f,follow? F n,lines: max-unchanged-stats: pid: q,quiet,silent retry s,sleep-interval: v,verbose z,zero-terminated r'
    },
    operands: reads,
    takesNumbers: true,
    isHarmless: true
  },
  wc: {
    options: {
      harmless: 'c,bytes m,chars l,lines L,max-line-length w,words total:',
      unknown: 'files0-from:'
    },
    operands: reads
  },
  cut: {
    options: {
      harmless:
        'b,bytes: c,characters: d,delimiter: f,fields: n complement s,only-delimited output-delimiter: z,zero-terminated'
    },
    operands: reads,
    isHarmless: true
  },
  uniq: {
    options: {
      harmless:
        'c,count d,repeated D all-repeated? f,skip-fields: group? i,ignore-case s,skip-chars: u,unique z,zero-terminated w,check-chars:'
    },
    operands: readsThenWrites,
    isHarmless: true
  },
  comm: {
    options: {
      harmless: '1 2 3 check-order nocheck-order output-delimiter: total z,zero-terminated'
    },
    operands: reads,
    isHarmless: true
  },
  join: {
    options: {
      harmless:
        'a: e: i,ignore-case j: o: t: v: 1: 2: check-order nocheck-order header z,zero-terminated'
    },
    operands: reads,
    isHarmless: true
  },
  paste: {
    options: { harmless: 'd,delimiters: s,serial z,zero-terminated' },
    operands: reads,
    isHarmless: true
  },
  grep: {
    options: {
      harmless:
        'E,extended-regexp F,fixed-strings G,basic-regexp P,perl-regexp e,regexp: i,y,ignore-case no-ignore-case w,word-regexp x,line-regexp z,null-data s,no-messages v,invert-match m,max-count: b,byte-offset n,line-number line-buffered H,with-filename h,no-filename label: o,only-matching q,quiet,silent binary-files: a,text I d,directories: D,devices: r,recursive R,dereference-recursive include: exclude: exclude-dir: L,files-without-match l,files-with-matches c,count T,initial-tab Z,null B,before-context: A,after-context: C,context: color,colour? U,binary V',
      reads: 'f,file: exclude-from:'
    },
    operands: readsAfterFirst('e', 'regexp', 'f', 'file'),
    takesNumbers: true,
    isHarmless: true
  },
  tr: {
    options: { harmless: 'c,C,complement d,delete s,squeeze-repeats t,truncate-set1' },
    operands: ignored,
    isHarmless: true
  }
}

/** The profiles of this family by the names of their programs. */
export const readFiles: ReadonlyMap<string, Profile> = new Map(
  Object.entries(specs).map(([name, spec]) => [name, program(spec)])
)
