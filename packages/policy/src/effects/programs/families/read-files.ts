import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { notFromFiles, reads, readsAfterFirst, readsThenWrites, searches } from '../operands.ts'
import { unknown } from '../outcomes.ts'

/** Programs that read the files that they are given and change nothing, by the GNU versions' options. */
export const readFiles: Family = family({
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
  'rev zcat gzcat bzcat xzcat zstdcat': {
    options: { harmless: 'f,force q,quiet v,verbose' },
    operands: reads
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
      lists: 'files0-from:'
    },
    operands: searches,
    isHarmless: true
  },
  cut: {
    options: {
      harmless:
        'b,bytes: c,characters: d,delimiter: f,fields: n complement s,only-delimited output-delimiter: z,zero-terminated w'
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
  tr: {
    options: { harmless: 'c,C,complement d,delete s,squeeze-repeats t,truncate-set1' },
    isHarmless: true
  },
  fmt: {
    options: {
      harmless:
        'c,crown-margin prefix: s,split-only t,tagged-paragraph u,uniform-spacing w,width: g,goal:',
      // For BSD's it takes no value.
      unknown: 'p:'
    },
    operands: reads,
    takesNumbers: true,
    isHarmless: true
  },
  'fold expand unexpand': {
    options: {
      harmless: 'b,bytes s,spaces t,tabs: w,width: i,initial a,all first-only'
    },
    operands: reads,
    takesNumbers: true,
    isHarmless: true
  },
  column: {
    options: {
      harmless:
        't,table table-name: O,table-order: N,table-columns: l,table-columns-limit: E,table-noextreme: d,table-noheadings e,table-header-repeat H,table-hide: R,table-right: T,table-truncate: W,table-wrap: L,keep-empty-lines J,json r,tree: i,tree-id: p,tree-parent: c,output-width: o,output-separator: s,separator: x,fillrows',
      // A name for util-linux; for BSD's it takes no value.
      unknown: 'n:'
    },
    operands: reads,
    isHarmless: true
  },
  od: {
    options: {
      harmless:
        'A,address-radix: endian: j,skip-bytes: N,read-bytes: S: strings? t,format: v,output-duplicates w,width? traditional a b c d f i l o s x'
    },
    operands: reads,
    isHarmless: true
  },
  'hexdump hd': {
    options: {
      harmless:
        'b,one-byte-octal c,one-byte-char C,canonical d,two-bytes-decimal o,two-bytes-octal x,two-bytes-hex L,color? e,format: n,length: s,skip: v,no-squeezing',
      unknown: 'f,format-file:'
    },
    operands: reads
  },
  xxd: {
    options: {
      harmless:
        'a,autoskip b,bits c,cols: C,capitalize d e E,EBCDIC g,groupsize: i,include l,len,length: n,name: o,offset: p,ps,plain,postscript r,revert R: s,seek,skip: u,upper v'
    },
    operands: readsThenWrites,
    hasOneDash: true,
    isHarmless: true
  },
  strings: {
    options: {
      harmless:
        'a,all d,data f,print-file-name n,bytes: t,radix: w,include-all-whitespace o e,encoding: s,output-separator: U,unicode:',
      unknown: 'T,target:'
    },
    operands: notFromFiles,
    takesNumbers: true
  },
  'base64 base32': {
    options: { harmless: 'd,D,decode w,wrap:' },
    operands: reads
  },
  'md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum': {
    options: {
      harmless:
        'b,binary tag t,text z,zero ignore-missing quiet status strict w,warn l,length: c,check'
    },
    operands: reads,
    isHarmless: true
  },
  'cksum sum': {
    options: {
      harmless:
        'a,algorithm: b,base64,binary l,length: tag t,text untagged raw z,zero ignore-missing quiet status strict w,warn debug c,check r s,sysv'
    },
    operands: reads,
    isHarmless: true
  },
  shasum: {
    options: {
      harmless:
        'a,algorithm: b,binary c,check t,text U,UNIVERSAL 0,01 tag ignore-missing q,quiet s,status S,strict w,warn'
    },
    operands: reads,
    isHarmless: true
  },
  'numfmt tsort shuf': {
    options: {
      harmless:
        'debug d,delimiter: field: format: from: from-unit: grouping header? invalid: padding: round: suffix: to: to-unit: z,zero-terminated i,input-range: n,head-count: r,repeat',
      reads: 'random-source:',
      writes: 'o,output:',
      unknown: 'e,echo'
    },
    operands: reads
  },
  jq: {
    options: {
      harmless:
        's,slurp n,null-input R,raw-input r,raw-output raw-output0 j,join-output a,ascii-output S,sort-keys C,color-output M,monochrome-output c,compact-output tab indent: unbuffered stream stream-errors seq e,exit-status arg:: argjson:: args jsonargs h V',
      reads: 'f,from-file: slurpfile:: rawfile:: argfile::',
      unknown: 'L,library-path:'
    },
    operands: (operands, parsed) => [
      ...operands.filter(importsModules).map((word) => unknown('a filter imports files', word)),
      ...readsAfterFirst('f', 'from-file')(operands, parsed)
    ],
    isHarmless: true
  }
})

function importsModules(word: Word): boolean {
  return /\b(?:import|include|modulemeta)\b/.test(word.text ?? '')
}
