# complete.zsh DIRECTORY LINE...: what zsh offers at the end of each LINE with the completions of DIRECTORY, as lines
# "M:match", and END-OF-MATCHES after each.
# The completion system works in the line editor alone, so an interactive zsh is typed at over a pseudo-terminal; a
# widget of its own prints each match on its way to compadd.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; fpath=(${(q)1} \$fpath); autoload -U compinit; compinit -u -D; hap-monitor() :"
zpty -w shell '
  offer() {
    compadd() {
      local -a matches
      [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]] || {
        builtin compadd -A matches "$@"
        print -lr -- M:$^matches
      }
      builtin compadd "$@"
    }
    _main_complete
    print END-OF-MATCHES
  }
  zle -C offer list-choices offer
  bindkey "^X" offer'
zpty -w shell 'print READY'
while zpty -r shell text; do [[ $text == READY* ]] && break; done
for line in "${@[2,-1]}"; do
  zpty -n -w shell $'\x15'"$line"$'\x18'
  while zpty -r shell text; do
    print -r -- "${text%$'\r\n'}"
    [[ $text == *END-OF-MATCHES* ]] && break
  done
done
