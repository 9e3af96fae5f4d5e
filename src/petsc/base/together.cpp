#include "petsc/base/together.hpp"

#include <toeplix/error.hpp>
#include <toeplix/index.hpp>
#include <toeplix/interruptible.hpp>

#include <array>
#include <new>
#include <optional>
#include <string>

namespace toeplix::petsc::detail {

namespace {

/// An exception as it travels.
struct Failure {
  enum class Kind : Index { error, geometry, capacity, format, solver, interrupted, memory };

  Kind kind = Kind::error;
  CapacityCause cause = CapacityCause::limit;
  std::optional<Index> entries;
  std::optional<Index> bytes;
  std::string problem;
  std::string advice;
};

Failure capacity_failure(const CapacityError& error) {
  return {Failure::Kind::capacity,
          error.cause(),
          error.entries(),
          error.bytes(),
          std::string(error.problem()),
          std::string(error.advice())};
}

Failure plain_failure(Failure::Kind kind, const std::exception& error) {
  Failure failure;
  failure.kind = kind;
  failure.problem = error.what();
  return failure;
}

/// What `work` throws; nothing if it goes through.
std::optional<Failure> failure_of(const std::function<void()>& work) {
  try {
    work();
    return std::nullopt;
  } catch (const CapacityError& error) {
    return capacity_failure(error);
  } catch (const GeometryError& error) {
    return plain_failure(Failure::Kind::geometry, error);
  } catch (const FormatError& error) {
    return plain_failure(Failure::Kind::format, error);
  } catch (const SolverError& error) {
    return plain_failure(Failure::Kind::solver, error);
  } catch (const Interrupted& error) {
    return plain_failure(Failure::Kind::interrupted, error);
  } catch (const std::bad_alloc& error) {
    return plain_failure(Failure::Kind::memory, error);
  } catch (const std::exception& error) {
    return plain_failure(Failure::Kind::error, error);
  } catch (...) {
    return plain_failure(Failure::Kind::error, Error("something was thrown that is no exception"));
  }
}

[[noreturn]] void raise(const Failure& failure) {
  switch (failure.kind) {
    case Failure::Kind::capacity:
      throw CapacityError(failure.problem, failure.cause, failure.entries, failure.bytes,
                          failure.advice);
    case Failure::Kind::geometry:
      throw GeometryError(failure.problem);
    case Failure::Kind::format:
      throw FormatError(failure.problem);
    case Failure::Kind::solver:
      throw SolverError(failure.problem);
    case Failure::Kind::interrupted:
      throw Interrupted(failure.problem);
    case Failure::Kind::memory:
      throw std::bad_alloc();
    case Failure::Kind::error:
      break;
  }
  throw Error(failure.problem);
}

void broadcast(MPI_Comm comm, int root, std::string& text, Index length) {
  text.resize(static_cast<std::size_t>(length));
  MPI_Bcast(text.data(), static_cast<int>(length), MPI_CHAR, root, comm);
}

/// The failure of process `root`, on every process.
Failure broadcast(MPI_Comm comm, int root, Failure failure) {
  std::array<Index, 6> numbers = {
      static_cast<Index>(failure.kind), static_cast<Index>(failure.cause),
      failure.entries.value_or(-1),     failure.bytes.value_or(-1),
      std::ssize(failure.problem),      std::ssize(failure.advice)};
  MPI_Bcast(numbers.data(), 6, MPI_INT64_T, root, comm);
  failure.kind = static_cast<Failure::Kind>(numbers[0]);
  failure.cause = static_cast<CapacityCause>(numbers[1]);
  failure.entries = numbers[2] < 0 ? std::nullopt : std::optional(numbers[2]);
  failure.bytes = numbers[3] < 0 ? std::nullopt : std::optional(numbers[3]);
  broadcast(comm, root, failure.problem, numbers[4]);
  broadcast(comm, root, failure.advice, numbers[5]);
  return failure;
}

}  // namespace

void check_petsc(MPI_Comm comm) {
  PetscBool initialized = PETSC_FALSE;
  PetscBool finalized = PETSC_FALSE;
  PetscInitialized(&initialized);
  PetscFinalized(&finalized);
  if (!initialized || finalized) {
    throw Error(finalized ? "PETSc is finalized already; call PetscFinalize last"
                          : "PETSc is not initialized; call PetscInitialize first");
  }
  if (comm == MPI_COMM_NULL) throw Error("the communicator is MPI_COMM_NULL");
}

int rank_in(MPI_Comm comm) {
  int rank = 0;
  MPI_Comm_rank(comm, &rank);
  return rank;
}

int processes_of(MPI_Comm comm) {
  int size = 1;
  MPI_Comm_size(comm, &size);
  return size;
}

void together(MPI_Comm comm, const std::function<void()>& work) {
  const std::optional<Failure> mine = failure_of(work);
  const int processes = processes_of(comm);
  // The first process that failed, and whether all did.
  std::array<int, 2> found = {mine ? rank_in(comm) : processes, mine ? 1 : 0};
  MPI_Allreduce(MPI_IN_PLACE, found.data(), 2, MPI_INT, MPI_MIN, comm);
  const auto [first, all] = found;
  if (first == processes) return;
  Failure failure = broadcast(comm, first, mine.value_or(Failure()));
  if (all == 0) failure.problem = "process " + std::to_string(first) + ": " + failure.problem;
  raise(failure);
}

}  // namespace toeplix::petsc::detail
