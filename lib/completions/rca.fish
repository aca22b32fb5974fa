# rca.fish - completion in fish for rca and its tools; it is loaded by each of their names
#
# What there is, the installed tools say themselves: in their -h, and where they are given a "?"
# that they do not know. Nothing of what they say is expanded by the shell.

# __rca_said WHAT TOOL ARGUMENT...: what the tool says there is instead, a line each
function __rca_said
    set -l said (command $argv[2..] 2>&1 </dev/null)
    set said (string replace -rf '.*\?: ([a-z ]+: there are|not one of:) ([\w -]+).*' '$2' -- $said)
    string replace -r '$' "\t$argv[1]" -- (string match -ar '\S+' -- $said)
end

# With a "/" it is the path of a directory. Other names have these characters alone.
function __rca_tasks
    if string match -qr '[/~]' -- (commandline -ct)
        __fish_complete_directories
        return
    end
    set -l state (string match -r '^/.*' -- $XDG_STATE_HOME; or echo $HOME/.local/state)
    set -l home (string match -r '.+' -- $RCA_HOME; or echo $state/rca)
    set -l tasks $home/tasks/*/
    string replace -rf '.*/([a-z0-9][a-z0-9-]*)/$' '$1' -- $tasks
end

# A wrong -k ends rca-mktask before it makes anything; "-k x" is wrong, whatever the first is.
function __rca_setting
    set -l key (string replace -rf '^([a-z_]+)=.*' '$1' -- (commandline -ct))
    if set -q key[1]
        string replace -r '^' $key= -- (__rca_said $key rca-mktask -k "$key=?" -k x -- x)
    else
        string replace -r '\t' =\t -- (__rca_said setting rca-mktask -k '?=' -- x)
    end
end

# __rca_value TOOL WORD: what the help's word for an option's value stands for
function __rca_value
    switch $argv[2]
        case agent
            __rca_said $argv[2] rca-mktask -a '?'
        case engine
            __rca_said $argv[2] rca-launch -e '?'
        case status
            __rca_said $argv[2] $argv[1] -s '?'
        case verdict
            __rca_said $argv[2] rca-notify -v '?'
        case key=value
            __rca_setting
        case task
            __rca_tasks
        case '*dir' parent
            __fish_complete_directories
        case '*file'
            __fish_complete_path (commandline -ct)
    end
end

# __rca_first LETTERS: no operand stands before the cursor; LETTERS are the options with a value
function __rca_first
    set -l value
    for word in (commandline -opc)[2..]
        if set -q value[1]
            set -e value
        else if string match -qr -- "^-[^$argv[1]]*[$argv[1]]\$" $word
            set value yes
        else if not string match -q -- '-*' $word
            return 1
        end
    end
end

# What follows "--" is a command of its own.
function __rca_command
    set -l words (commandline -opc)
    set -l i (contains -i -- -- $words)
    complete -C (string join ' ' -- (string escape -- $words[(math $i + 1)..]) (commandline -ct))
end

# "rca list" is completed as rca-list is, "rca" and "rca help" by the tools.
function __rca_tool
    set -l words (commandline -opc)
    set -l n (count $words)
    if test $n = 1 -o "$n,$words[2]" = 2,help
        command rca -h 2>/dev/null </dev/null | string replace -rf '^  ([a-z]+) +(.*)' '$1\t$2'
        test $n = 2; or printf 'help\tthe tools, or the manual page of one\n'
    else if string match -qr '^[a-z-]+$' -- $words[2]; and command -sq rca-$words[2]
        __rca_load rca-$words[2]
        set -l behind (string escape -- $words[3..]) (commandline -ct)
        complete -C "rca-$words[2] $behind"
    end
end

# "rca-at HOST list" is completed as "rca list" is, which is installed here as well.
function __rca_at
    set -l words (commandline -opc)
    if test (count $words) = 1
        __fish_print_hostnames
    else
        complete -C "rca "(string join ' ' -- (string escape -- $words[3..]) (commandline -ct))
    end
end

# __rca_load TOOL: reads its help
function __rca_load
    set -l tool $argv[1]
    set -l letters %
    set -l usage ''
    set -l first -n 'test (count (commandline -opc)) = 1'
    test $tool = rca; or set first
    complete -c $tool -e
    complete -c $tool -f
    set -l help (command $tool -h 2>/dev/null </dev/null | string collect)
    for line in (string replace -ar '\n {20}' ' ' -- $help | string split \n)
        set -l text (string sub -s 21 -- $line)
        set -l name (string match -ar '[^ ,]+' -- (string sub -l 20 -- $line))
        set -l letter (string sub -s 2 -- $name[1])
        switch $line
            case 'usage: *' '       *'
                set usage "$usage$line"
            case '  -- *'
                complete -c $tool -n 'contains -- -- (commandline -opc)' -x -a '(__rca_command)'
            case '  -*, --*'
                complete -c $tool $first -s $letter -l (string sub -s 3 -- $name[2]) -d $text
            case '  -* *'
                set -l value
                if set -q name[2]
                    set letters $letters$letter
                    set value -x -a "(__rca_value $tool "(string escape -- $name[2])")"
                end
                complete -c $tool -s $letter $value -d $text
        end
    end
    set -l task (string match -r '[ \[]task( \.\.\.)?' -- $usage)
    if test $tool = rca
        complete -c rca -a '(__rca_tool)'
    else if test $tool = rca-at
        complete -c rca-at -a '(__rca_at)'
    else if set -q task[2]
        complete -c $tool -a '(__rca_tasks)'
    else if set -q task[1]
        complete -c $tool -n "__rca_first $letters" -a '(__rca_tasks)'
    end
end

set -l tool (string replace -r '\.fish$' '' -- (status basename))
if command -sq $tool
    __rca_load $tool
end
