import { type Family, family } from '../family.ts'
import { lists, reads } from '../operands.ts'

/** Programs that list files or tell about them. */
export const listFiles: Family = family({
  'ls dir vdir': {
    options: {
      harmless:
        'a,all A,almost-all author b,escape block-size: B,ignore-backups c C color? d,directory D,dired f F,classify? file-type format: full-time g group-directories-first G,no-group h,human-readable si H,dereference-command-line dereference-command-line-symlink-to-dir hide: hyperlink? indicator-style: i,inode I,ignore: k,kibibytes l L,dereference m n,numeric-uid-gid N,literal o p q,hide-control-chars show-control-chars Q,quote-name quoting-style: r,reverse R,recursive s,size S sort: time: time-style: t T,tabsize: u U v w,width: x X Z,context zero 1 @ e O'
    },
    operands: lists,
    isHarmless: true
  },
  stat: {
    options: {
      harmless: 'L,dereference f,file-system cached: c,format: printf: t,terse'
    },
    operands: lists,
    isHarmless: true
  },
  du: {
    options: {
      harmless:
        '0,null a,all apparent-size A B,block-size: b,bytes c,total D,dereference-args d,max-depth: H h,human-readable inodes k L,dereference l,count-links m P,no-dereference S,separate-dirs si s,summarize t,threshold: time? time-style: exclude: x,one-file-system g',
      reads: 'X,exclude-from:',
      lists: 'files0-from:'
    },
    operands: lists,
    isHarmless: true
  },
  df: {
    options: {
      harmless:
        'a,all B,block-size: h,human-readable H,si i,inodes k l,local no-sync output? P,portability sync total t,type: T,print-type x,exclude-type: v'
    },
    operands: reads,
    isHarmless: true
  },
  // `-R` runs tree again in deep directories and writes there.
  tree: {
    options: {
      harmless:
        'a d l f x p s h u g D F q N Q r t c v U n C A S i J X L: P: I: H: T: noreport dirsfirst filesfirst matchdirs ignore-case prune du si inodes device gitignore filelimit: timefmt: sort: charset: nolinks metafirst info',
      reads: 'gitfile: infofile: hintro: houtro:',
      writes: 'o:',
      unknown: 'R fromfile fflinks'
    },
    operands: lists,
    valuesAreSeparate: true
  },
  file: {
    options: {
      harmless:
        'b,brief i,mime mime-type mime-encoding L,dereference h,no-dereference k,keep-going z,uncompress 0,print0 r,raw N,no-pad s,special-files e,exclude: F,separator: E l,list p,preserve-date d',
      unknown:
        'f,files-from: m,magic-file: C,compile P,parameter: Z,uncompress-noreport S,no-sandbox'
    },
    operands: reads
  },
  'realpath readlink': {
    options: {
      harmless:
        'e,canonicalize-existing m,canonicalize-missing f,canonicalize L,logical P,physical q,quiet relative-to: relative-base: s,strip,no-symlinks,silent n,no-newline v,verbose z,zero'
    },
    operands: reads,
    isHarmless: true
  }
})
