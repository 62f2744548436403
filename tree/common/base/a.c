#include "base/a.h"
int b_name(void)
{
	die(1);
	return 0;
}
