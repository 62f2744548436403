struct one {
	int a;
};
int other_name(void);
#include "base/b.h"
