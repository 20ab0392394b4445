#include "base/control_group.h"

#include <doctest/doctest.h>

#include "support/folder.h"

using namespace mha;

TEST_CASE("the least processor time that a group or one above it grants is the limit") {
  const test::Folder top;
  top.write("cpu.max", "300000 100000\n");
  top.write("a/cpu.max", "max 100000\n");
  top.write("a/b/cpu.max", "150000 100000\n");
  top.write("a/c/cpu.max", "900000 100000\n");
  CHECK(cpu_limit(top.path("a/b"), top.path()) == 1.5);
  CHECK(cpu_limit(top.path("a/c"), top.path()) == 3.0);
  CHECK(cpu_limit(top.path("a"), top.path()) == 3.0);
  CHECK(cpu_limit(top.path("a/b/not-there"), top.path()) == 1.5);
}

TEST_CASE("groups of version 1 limit by quota and period, and -1 is no limit") {
  const test::Folder top;
  top.write("cpu.cfs_quota_us", "-1\n");
  top.write("cpu.cfs_period_us", "100000\n");
  top.write("a/cpu.cfs_quota_us", "250000\n");
  top.write("a/cpu.cfs_period_us", "100000\n");
  CHECK_FALSE(cpu_limit(top.path(), top.path()));
  CHECK(cpu_limit(top.path("a"), top.path()) == 2.5);
}

TEST_CASE("groups without files or with other text in them set no limit") {
  const test::Folder top;
  top.write("a/cpu.max", "");
  top.write("b/cpu.max", "soon 100000");
  CHECK_FALSE(cpu_limit(top.path("a"), top.path()));
  CHECK_FALSE(cpu_limit(top.path("b"), top.path()));
}
