#include "base/a.h"
int b_name(void);
