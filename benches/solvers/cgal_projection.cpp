// The projections of `--bin projection`, the rational ones, by CGAL's exact quadratic programming: medians of processor time.
//
//     g++ -O3 -DNDEBUG -DCGAL_QP_NO_ASSERTIONS -o /tmp/cgal_projection benches/solvers/cgal_projection.cpp -lgmp
//     /tmp/cgal_projection

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <vector>

#include <CGAL/Gmpz.h>
#include <CGAL/QP_functions.h>
#include <CGAL/QP_models.h>

// The generator of `benches/src/lib.rs`.
struct Random {
    uint64_t state;
    long integer(long bound) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return (long)((int64_t)(state >> 33) % (2 * bound + 1)) - bound;
    }
};

// Seconds for the least `||target - sum x_k vector_k||^2` over x >= 0, the programs' set-up not counted.
double projection(int size, uint64_t seed) {
    Random random{seed};
    std::vector<std::vector<long>> vectors(size, std::vector<long>(size));
    for (auto &vector : vectors)
        for (auto &entry : vector) entry = random.integer(9);
    std::vector<long> target(size);
    for (auto &entry : target) entry = random.integer(9);
    auto dot = [&](const std::vector<long> &a, const std::vector<long> &b) {
        long sum = 0;
        for (int i = 0; i < size; i++) sum += a[i] * b[i];
        return sum;
    };
    CGAL::Quadratic_program<int> program(CGAL::SMALLER, true, 0, false, 0);
    for (int i = 0; i < size; i++) {
        // The model takes twice the matrix of the quadratic form.
        for (int j = 0; j <= i; j++) program.set_d(i, j, (int)(2 * dot(vectors[i], vectors[j])));
        program.set_c(i, (int)(-2 * dot(vectors[i], target)));
    }
    clock_t start = clock();
    auto solution = CGAL::solve_nonnegative_quadratic_program(program, CGAL::Gmpz());
    double seconds = double(clock() - start) / CLOCKS_PER_SEC;
    if (!solution.is_optimal()) std::puts("no optimum");
    return seconds;
}

int main() {
    for (auto [size, runs] : {std::pair{10, 101}, {20, 101}, {40, 31}, {80, 11}}) {
        std::vector<double> times;
        for (int seed = 0; seed < runs; seed++) times.push_back(projection(size, seed));
        std::sort(times.begin(), times.end());
        std::printf("%5d %10.3f ms\n", size, 1e3 * times[runs / 2]);
    }
}
