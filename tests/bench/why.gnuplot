# The picture of docs/why.md: `data` has seconds, per cent against the first half, and the mean of its half (make why-table).
set terminal svg size 760,300 font "sans-serif,13" background "#ffffff" noenhanced
set xlabel "seconds"
set ylabel "mean latency of a window, %"
set grid ytics lc rgb "#dddddd"
set border 3 lc rgb "#666666"
set tics nomirror
set key top left Left reverse samplen 1 spacing 1.1
stats data using 1:2 nooutput
middle = (STATS_min_x + STATS_max_x) / 2
stats data using 3 nooutput
difference = STATS_min < -STATS_max ? STATS_min : STATS_max
set arrow from middle, graph 0 to middle, graph 1 nohead dt 2 lc rgb "#666666"
set label "before" at first middle, graph 0.06 right offset -1, 0
set label "after" at first middle, graph 0.06 left offset 1, 0
set yrange [*:*] noextend
set offsets graph 0, 0, graph 0.25, 0
plot data using 1:2 with linespoints pt 7 ps 0.35 lw 0.5 lc rgb "#9aa5b1" title "nothing was switched on", \
     data using 1:($0 < 64 ? $3 : NaN) with lines lw 3 lc rgb "#1f6fb2" title "mean before", \
     data using 1:($0 >= 64 ? $3 : NaN) with lines lw 3 lc rgb "#c0392b" title sprintf("mean after: %+.1f %%", difference)
