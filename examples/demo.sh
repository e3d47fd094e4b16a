#!/bin/sh
# The main job on a real example, then where to look next.
set -eu
zjtx=$1
company=examples/suzhou-precision.yaml
echo "\$ zjtx assess $company --as-of 2026-06-01"
echo
"$zjtx" assess "$company" --as-of 2026-06-01
cat <<EOF

Where next · 接下来
  zjtx explain $company little-giant --as-of 2026-06-01    clause by clause · 逐条依据
  zjtx advance $company --to little-giant --as-of 2026-06-01   the least change · 最小改动
  zjtx ask $company --to srdi-sme --as-of 2026-06-01   what to find out first · 先查何事
  zjtx assess $company --as-of 2025-06-01                  under the 2022 edition · 按旧办法
  zjtx assess $company --as-of 2026-06-01 --json           for programs · 供程序使用
  zjtx assess $company --as-of 2026-06-01 --lang en        in English · 英文
  zjtx new my-company.yaml                                 a profile to fill in · 生成空白画像
The program is $zjtx; put its folder on your PATH, or write the path out.
EOF
