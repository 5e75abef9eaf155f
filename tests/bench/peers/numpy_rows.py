# numpy_rows.py ROWS: int64 columns, whole-array operations.
import sys
import numpy as np

path = sys.argv[1] + '.csv'
text = np.loadtxt(path, dtype=str, delimiter=',', skiprows=1)
on = text[:, 0].astype('datetime64[D]').astype(np.int32)
gross, so_far = (np.char.replace(text[:, k], '.', '').astype(np.int64) for k in (1, 2))
on_azure, supported, declines = (text[:, k] == 'true' for k in (3, 4, 5))
limit = 3_800_000_000_000
out = None

def run():
    global out
    active = (on >= 18099) & (on <= 23010)
    exclusive = (on >= 18099) & (on < 20570)
    q, r = np.divmod(gross, 5)
    share = np.where(on <= 22279, q + ((2 * r > 5) | ((2 * r == 5) & (q & 1 == 1))), 0)
    earned = np.clip(so_far + share, 0, limit) - np.clip(so_far, 0, limit)
    out = active, exclusive, earned, on_azure | (~supported & declines)

for line in sys.stdin:
    if line.strip() == 'run':
        run()
        print('done', flush=True)
    else:
        print(*(int(x.sum()) for x in out), flush=True)
